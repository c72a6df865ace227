import atexit
import ctypes

atexit.register(print, "exit handler")
print("main")
ctypes.pythonapi.Py_Exit(7)
