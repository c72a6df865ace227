import errno
import socket

from attempt import attempt

port, path, abstract = input().split()


def hear(address, family=socket.AF_INET):
    with socket.socket(family) as stream:
        stream.settimeout(2)
        stream.connect(address)
        return stream.recv(100)


def any_port():
    for number in range(1, 65536):
        with socket.socket() as stream:
            # A port that happens to be its own end can be called too.
            if stream.connect_ex(("127.0.0.1", number)) == 0 and stream.getsockname()[1] != number:
                return number
    raise ConnectionRefusedError(errno.ECONNREFUSED, "none")


attempt("port", lambda: hear(("127.0.0.1", int(port))), errno.ECONNREFUSED, errno.ENETUNREACH)
attempt("socket", lambda: hear(path, socket.AF_UNIX), errno.ENOENT)
attempt("abstract", lambda: hear("\0" + abstract, socket.AF_UNIX), errno.ECONNREFUSED)
attempt("all ports", any_port, errno.ECONNREFUSED)
