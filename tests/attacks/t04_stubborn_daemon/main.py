import ctypes
import os
import signal
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
ready, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, 0)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    for _ in range(5):
        if os.fork() == 0:
            while True:
                time.sleep(99)
    os.write(done, b"!")
    while True:
        time.sleep(99)
os.read(ready, 1)
print("parent done")
