import threading
import time


def work(depth):
    time.sleep(0.05)
    print("depth", depth)
    if depth < 3:
        threading.Thread(target=work, args=(depth + 1,)).start()


threading.Thread(target=work, args=(0,)).start()
print("end of main")
