import os
import stat
import sys

mode = os.fstat(0).st_mode
print(stat.S_ISCHR(mode), stat.S_ISREG(mode), stat.S_ISFIFO(mode), sys.stdin.seekable())
print(repr(sys.stdin.read()), sys.stdin.readlines(), list(sys.stdin))
input()
