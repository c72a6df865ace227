import ctypes
import os

print(sorted(os.environ.items()))
print(os.environb == {os.fsencode(k): os.fsencode(v) for k, v in os.environ.items()})
with open("/proc/self/environ", "rb") as file:
    print(sorted(filter(None, file.read().split(b"\0"))))
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
print(libc.getenv(b"HOME"), libc.getenv(b"PATH"), libc.getenv(b"JOBE_TORCH_ZYGOTE"), libc.getenv(b"LC_CTYPE"))
os.environ["NEW"] = "value"
del os.environ["HOME"]
print(libc.getenv(b"NEW"), libc.getenv(b"HOME"), os.path.expanduser("~"))
os.system("echo $NEW $HOME")
