import ctypes
import os
import signal
import time

CLONE_PARENT = 0x8000
NUMBERS = {"x86_64": 56, "aarch64": 220}

libc = ctypes.CDLL(None, use_errno=True)
child = libc.syscall(NUMBERS[os.uname().machine], CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0)
if child == 0:
    time.sleep(0.2)
    os._exit(0)
print("made" if child > 0 else os.strerror(ctypes.get_errno()))
