import ctypes

libc = ctypes.CDLL(None)
libc.puts(b"lost")
libc._exit(6)
