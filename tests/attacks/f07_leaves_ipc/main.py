import ctypes
import os
import socket
import time
from multiprocessing import shared_memory

from attempt import syscall

IPC_CREAT = 0o1000
for name, arguments in {
    "shmget": (0x4A0BE, 4096, IPC_CREAT | 0o666),
    "semget": (0x4A0BE, 1, IPC_CREAT | 0o666),
    "msgget": (0x4A0BE, IPC_CREAT | 0o666),
    "mq_open": (ctypes.c_char_p(b"left"), os.O_CREAT | os.O_RDWR, 0o666, 0),
    "add_key": (ctypes.c_char_p(b"user"), ctypes.c_char_p(b"left"), ctypes.c_char_p(b"x"), 1, -4),
}.items():
    try:
        syscall(name, *arguments)
    except OSError:
        pass
with open("/dev/shm/left", "wb") as file:
    file.write(b"left")
ready, done = os.pipe()
if os.fork() == 0:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0left")
    listener.listen()
    os.write(done, b"!")
    time.sleep(60)
os.read(ready, 1)
print("done")
