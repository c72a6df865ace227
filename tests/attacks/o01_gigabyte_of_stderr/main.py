import os

BLOCK = b"x" * (1 << 20)
for _ in range(1024):
    written = 0
    while written < len(BLOCK):
        written += os.write(2, BLOCK[written:])
