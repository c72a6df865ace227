import os
import threading
import time

try:
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    print("BREACH two thousand threads", flush=True)
except RuntimeError as error:
    print(error, flush=True)
os._exit(0)
