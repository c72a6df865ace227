import ctypes

libc = ctypes.CDLL(None)
libc.__cxa_atexit(ctypes.cast(libc.puts, ctypes.c_void_p), ctypes.c_char_p(b"an exit handler of C"), None)
libc.printf(b"no newline, in C's buffer")
print("python")
