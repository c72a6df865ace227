import atexit
import threading
import time

atexit.register(print, "exit handler")


def work(n):
    time.sleep(n / 5)
    print("thread", n, threading.main_thread().is_alive())


for n in (2, 1):
    threading.Thread(target=work, args=(n,)).start()
threading._register_atexit(print, "before the threads are joined")
print("end of main")
