import ctypes

libc = ctypes.CDLL(None)
for number in range(2000):
    libc.printf(b"%d c\n", number)
print("python")
