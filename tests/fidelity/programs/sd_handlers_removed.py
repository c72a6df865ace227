import atexit


class Thing:
    def __del__(self):
        print("gone")


thing = Thing()
atexit.register(print, "never")
atexit._clear()
atexit.register(print, "handler")
