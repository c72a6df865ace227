import atexit

atexit.register(print, "exit handler")
raise KeyboardInterrupt
