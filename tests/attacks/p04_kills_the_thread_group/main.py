import ctypes
import platform
import threading
import time

EXIT = 60 if platform.machine() == "x86_64" else 93


def other():
    time.sleep(0.2)
    print("other thread", flush=True)


threading.Thread(target=other).start()
ctypes.CDLL(None).syscall(EXIT, 0)
