import os
import time

born = 0
try:
    while born < 1000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        born += 1
except BlockingIOError:
    pass
print("bounded" if born <= 20 else f"BREACH {born} processes")
