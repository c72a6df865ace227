import ctypes

from attempt import syscall

SIZE = 100 << 20
try:
    for _ in range(30):
        address = syscall("shmat", syscall("shmget", 0, SIZE, 0o1600), 0, 0)
        ctypes.memset(address, 1, SIZE)
    print("BREACH three gigabytes")
except OSError:
    print("bounded")
