import threading
import time

started = threading.Event()


def sleep():
    started.set()
    time.sleep(100)
    print("never")


def spin():
    while True:
        pass


threading.Thread(target=sleep, daemon=True).start()
threading.Thread(target=spin, daemon=True).start()
started.wait()
print("end of main")
