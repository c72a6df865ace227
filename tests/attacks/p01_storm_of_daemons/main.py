import os

ready, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    os.write(done, b"!")
    while True:
        try:
            if os.fork():
                os._exit(0)
            os.setsid()
        except OSError:
            continue
os.read(ready, 1)
print("gone")
