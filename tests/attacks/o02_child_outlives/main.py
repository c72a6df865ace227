import os
import time

print("parent", flush=True)
if os.fork() == 0:
    time.sleep(30)
    print("child", flush=True)
