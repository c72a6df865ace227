import errno
import os
import socket

from attempt import attempt


def petabyte():
    with open("sparse", "wb") as file:
        file.truncate(1 << 50)


attempt("petabyte", petabyte, errno.EFBIG)
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("socket")
for name in (b"new\nline", b"-rf", b"\xff\xfe", b" ", b"x" * 255, b"*", "\u202e".encode()):
    open(name, "w").close()
for number in range(100):
    os.symlink(f"link{number + 1}", f"link{number}")
os.symlink("loop", "loop")
os.link("sparse", "second name")
top = os.getcwd()
for depth in range(1000):
    os.mkdir("deeper" * 5)
    os.chdir("deeper" * 5)
print("done")
