import os

print("parent done", flush=True)
ready, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    os.write(done, b"!")
    while True:
        os.write(1, b"spam\n" * 100)
os.read(ready, 1)
