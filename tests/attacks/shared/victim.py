"""The run before some attacks: it has a secret on stdin and leaves it wherever it can."""

import ctypes
import os

secret = input()
kept = [secret.encode() * 1000 for _ in range(1000)]
os.environ["SECRET"] = secret
for place in (".", "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~")):
    for name in ("secret", secret):
        try:
            with open(f"{place}/{name}", "w") as file:
                file.write(secret)
        except OSError:
            pass
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
address = libc.shmat(libc.shmget(0x4A0BF, 4096, 0o1666), None, 0)
if address not in (None, 2**64 - 1):
    ctypes.memmove(address, secret.encode(), len(secret))
for mapping in open("/proc/self/maps"):
    span, permissions, *_ = mapping.split()
    if permissions == "rw-s":
        start, end = (int(address, 16) for address in span.split("-"))
        ctypes.memmove(end - len(secret), secret.encode(), len(secret))
print("the secret is everywhere")
