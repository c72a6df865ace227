import atexit

atexit.register(print, "own handler")
atexit.unregister(len)
atexit._run_exitfuncs()
atexit.register(print, "still works")
atexit._clear()
print("nothing after this")
