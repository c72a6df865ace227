import ctypes
import os
import sys

libc = ctypes.CDLL(None)
print("python 1")
libc.puts(b"c 1")
sys.stdout.flush()
libc.printf(b"c %d\n", 2)
print("python 2", flush=True)
libc.fflush(None)
os.write(1, b"raw\n")
libc.puts(b"c 3, in the buffer until the very end")
print("python 3")
