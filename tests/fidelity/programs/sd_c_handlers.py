import ctypes

libc = ctypes.CDLL(None)
libc.strdup.restype = ctypes.c_void_p
text = ctypes.c_void_p(libc.strdup(b"an exit handler of C"))
libc.__cxa_atexit(ctypes.cast(libc.puts, ctypes.c_void_p), text, None)
libc.printf(b"no newline, in C's buffer")
print("python")
