import os

os.write(1, b"here and gone\n")
try:
    thief = os.open("/proc/self/fd/1", os.O_RDONLY | os.O_NONBLOCK)
    for _ in range(100):
        try:
            os.read(thief, 100)
        except BlockingIOError:
            pass
except OSError:
    pass
