import ctypes
import os

# A child ends first, as a whole program does.
if child := os.fork():
    os.waitpid(child, 0)
    libc = ctypes.CDLL(None)
    libc["__cxa_atexit"](libc._exit, ctypes.c_void_p(7), None)
print("end of main", bool(child))
