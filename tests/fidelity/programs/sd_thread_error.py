import threading
import time


def late():
    time.sleep(0.2)
    raise ValueError("after the end of main")


threading.Thread(target=late).start()
print("end of main")
