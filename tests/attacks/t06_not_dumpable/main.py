import ctypes

PR_SET_DUMPABLE = 4

print("started", flush=True)
ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
while True:
    pass
