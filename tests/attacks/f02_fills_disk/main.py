import errno
import os

kept = []
try:
    for number in range(1000):
        kept.append(os.open(f"hog{number}", os.O_CREAT | os.O_RDWR))
        os.posix_fallocate(kept[-1], 0, 15 << 20)
    print("BREACH fifteen gigabytes")
except OSError as error:
    print("full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error)
