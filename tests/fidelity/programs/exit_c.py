import atexit
import ctypes

libc = ctypes.CDLL(None)
atexit.register(print, "never")
print("in Python's buffer, lost")
libc.puts(b"in C's buffer, written by exit(3)")
libc.exit(5)
