import os
import stat
import sys

mode = os.fstat(0).st_mode
print(stat.S_ISCHR(mode), stat.S_ISREG(mode), stat.S_ISFIFO(mode), os.fstat(0).st_size)
print(sys.stdin.seekable(), sys.stdin.readable(), sys.stdin.writable(), sys.stdin.tell())
print(os.isatty(0), oct(stat.S_IMODE(mode)))
