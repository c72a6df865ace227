import ctypes
import os
import threading
import time

EXIT = {"x86_64": 60, "aarch64": 93}


def work():
    time.sleep(0.2)
    print("working", flush=True)
    while True:
        pass


print("started", flush=True)
threading.Thread(target=work).start()
ctypes.CDLL(None).syscall(EXIT[os.uname().machine], 0)
