import ctypes
print("diving", flush=True)
ctypes.CDLL(None).regcomp(ctypes.create_string_buffer(1024), b"(" * 1_000_000, 1)
print("not reached")
