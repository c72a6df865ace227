import ctypes

PR_SET_NAME = 15

print("started", flush=True)
ctypes.CDLL(None).prctl(PR_SET_NAME, b"x) Z 0 0\n) (", 0, 0, 0)
while True:
    pass
