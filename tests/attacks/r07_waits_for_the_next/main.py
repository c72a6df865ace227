import os
import time

ready, done = os.pipe()
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        os.write(done, b"!")
        while True:
            for path in ("prog.py", "/tmp/left", "/dev/shm/left", "/home/jobe/runs/jobe_warm00/left"):
                try:
                    with open(path, "w") as file:
                        file.write("print('BREACH written by the run before')\n")
                except OSError:
                    pass
            for pid in range(2, 50):
                try:
                    if os.readlink(f"/proc/{pid}/fd/1") == os.readlink("/proc/self/fd/1"):
                        continue  # of this run too
                    with open(f"/proc/{pid}/fd/1", "wb", buffering=0) as stream:
                        if pid not in (os.getpid(), os.getppid()) and os.getppid() == 1:
                            stream.write(b"BREACH\n")
                except OSError:
                    pass
            time.sleep(0.01)
for _ in range(5):
    os.read(ready, 1)
print("waiting", flush=True)
os._exit(0)
