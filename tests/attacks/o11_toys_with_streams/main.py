import fcntl
import os
import sys

data = os.read(0, 100)
for number in range(3):
    fcntl.fcntl(number, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(number, fcntl.F_GETFL)
    for flag in (os.O_NONBLOCK, os.O_ASYNC, os.O_APPEND, os.O_DIRECT):
        try:
            fcntl.fcntl(number, fcntl.F_SETFL, flags | flag)
        except OSError:
            pass
    try:
        fcntl.fcntl(number, fcntl.F_SETFL, flags)
        fcntl.fcntl(number, 1031, 4096)  # F_SETPIPE_SZ
        os.ftruncate(number, 0)
    except OSError:
        pass
os.write(1, data)
os.set_blocking(1, False)
os.write(1, b"still here\n")
