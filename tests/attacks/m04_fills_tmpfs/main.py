import errno
import os

BLOCK = bytes(1 << 20)


def fill(folder):
    for number in range(200):
        with open(f"{folder}/fill{number}", "wb", buffering=0) as file:
            for _ in range(15):
                try:
                    written = file.write(BLOCK)
                except OSError as error:
                    return "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error)
    return "BREACH three gigabytes"


for folder in (".", "/tmp", "/dev/shm"):
    print(f"{folder}: {fill(folder)}", flush=True)
