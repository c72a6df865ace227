import errno
import socket

from attempt import attempt

DEAD = (errno.ENETUNREACH, errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EHOSTUNREACH)


def connect(address, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_STREAM) as stream:
        stream.connect((address, 80))


def send(address, option=None):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        if option:
            datagram.setsockopt(socket.SOL_SOCKET, option, 1)
        datagram.sendto(b"hello", (address, 53))


def resolve():
    try:
        socket.getaddrinfo("example.org", 80)
    except socket.gaierror as error:
        raise PermissionError(errno.EACCES, str(error)) from None


for address in ("1.1.1.1", "169.254.169.254", "10.0.0.1", "172.17.0.1"):
    attempt(address, lambda: connect(address), *DEAD)
attempt("2606:4700::1111", lambda: connect("2606:4700::1111", socket.AF_INET6), *DEAD)
attempt("UDP", lambda: send("8.8.8.8"), *DEAD)
attempt("broadcast", lambda: send("255.255.255.255", socket.SO_BROADCAST), *DEAD)
attempt("multicast", lambda: send("224.0.0.1"), *DEAD)
attempt("DNS", resolve)
