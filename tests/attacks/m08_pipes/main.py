import fcntl
import os
import socket

F_SETPIPE_SZ = 1031
kept, filled = [], 0
try:
    while filled < 3 << 30:
        if len(kept) % 2:
            pair = socket.socketpair()
            for end in pair:
                end.setblocking(False)
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
            kept.append(pair)
            write = pair[0].send
        else:
            reader, writer = os.pipe()
            kept.append((reader, writer))
            os.set_blocking(writer, False)
            try:
                fcntl.fcntl(writer, F_SETPIPE_SZ, 1 << 20)
            except PermissionError:
                pass
            write = lambda data: os.write(writer, data)
        try:
            while True:
                filled += write(b"x" * 65536)
        except BlockingIOError:
            pass
    print("BREACH three gigabytes of buffers")
except OSError as error:
    print("bounded")
