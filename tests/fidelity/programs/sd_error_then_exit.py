import atexit
import sys
import threading
import time


class Last:
    def __del__(self):
        print("finalizer", hasattr(sys, "last_value"))


last = Last()
atexit.register(lambda: print("exit handler", repr(sys.last_value)))
threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
raise ValueError("main fails")
