import atexit
import threading
import time


class Last:
    def __del__(self):
        print("finalizer")


def late():
    time.sleep(0.3)
    print("thread")


last = Last()
atexit.register(print, "exit handler")
threading.Thread(target=late).start()
print("main")
