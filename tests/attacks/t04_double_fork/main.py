import os
import time

ready, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(done, b"!")
        time.sleep(60)
        print("the daemon speaks", flush=True)
    os._exit(0)
os.read(ready, 1)
print("parent done")
