import ctypes

libc = ctypes.CDLL(None)
libc["__cxa_atexit"](libc.abort, None, None)
print("end of main")
