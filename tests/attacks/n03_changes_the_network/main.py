import errno
import fcntl
import socket
import struct

from attempt import attempt

ABSENT = (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
RTM_NEWLINK, RTM_NEWADDR, CREATE = 16, 20, 0x605


def netlink(kind, body):
    with socket.socket(16, socket.SOCK_RAW, 0) as stream:
        stream.settimeout(5)
        stream.bind((0, 0))
        stream.send(struct.pack("=IHHII", 16 + len(body), kind, CREATE, 1, 0) + body)
        code = struct.unpack("=i", stream.recv(4096)[16:20])[0]
        if code:
            raise OSError(-code, "netlink")


def control(request, content):
    with socket.socket() as stream:
        fcntl.ioctl(stream, request, content)


SIOCSIFFLAGS, SIOCGIFBR, SIOCGIFVLAN = 0x8914, 0x8940, 0x8982


ADDRESS = struct.pack("=BBBBI", 2, 24, 0, 0, 1) + struct.pack("=HH4B", 8, 2, 10, 9, 8, 7)
NAME = struct.pack("=HH8s", 12, 3, b"evil0\0\0\0")
LINK = struct.pack("=BBHiII", 0, 0, 0, 0, 0, 0) + NAME
attempt("add address", lambda: netlink(RTM_NEWADDR, ADDRESS), *ABSENT)
attempt("add interface", lambda: netlink(RTM_NEWLINK, LINK), *ABSENT)
attempt("raise interface", lambda: control(SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", 1)))
attempt("load bridges", lambda: control(SIOCGIFBR, bytes(64)))
attempt("load VLANs", lambda: control(SIOCGIFVLAN, bytes(64)))
