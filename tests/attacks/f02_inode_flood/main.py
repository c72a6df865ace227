import errno
import os

try:
    for number in range(2_000_000):
        os.close(os.open(f"{number}", os.O_CREAT))
    print("BREACH two million files")
except OSError as error:
    print("full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error)
