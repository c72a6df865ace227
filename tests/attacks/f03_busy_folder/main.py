import os
import time

ready, done = os.pipe()
for folder in (".", "/tmp", "/dev/shm"):
    if os.fork() == 0:
        os.setsid()
        os.chdir(folder)
        held = open("held", "w")
        os.write(done, b"!")
        time.sleep(60)
for _ in range(3):
    os.read(ready, 1)
print("done")
