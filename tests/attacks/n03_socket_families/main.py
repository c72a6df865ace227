import errno
import socket

from attempt import attempt

ABSENT = (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT)
SOCK_DCCP, SOCK_PACKET = 6, 10
AF_RDS, AF_TIPC, AF_KEY, AF_XDP, AF_NETLINK = 21, 30, 15, 44, 16
STREAM, DATAGRAM, RAW = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW
for name, family, kind, protocol in (
    ("AF_PACKET", socket.AF_PACKET, RAW, 0),
    ("AF_VSOCK", 40, STREAM, 0),
    ("AF_ALG", 38, socket.SOCK_SEQPACKET, 0),
    ("AF_BLUETOOTH", 31, RAW, 1),
    ("AF_CAN", 29, RAW, 1),
    ("AF_TIPC", AF_TIPC, STREAM, 0),
    ("AF_RDS", AF_RDS, socket.SOCK_SEQPACKET, 0),
    ("AF_KEY", AF_KEY, RAW, 2),
    ("AF_XDP", AF_XDP, RAW, 0),
    ("raw IP", socket.AF_INET, RAW, 255),
    ("raw ICMP", socket.AF_INET, RAW, 1),
    ("MPTCP", socket.AF_INET, STREAM | socket.SOCK_CLOEXEC, 262),
    ("SCTP", socket.AF_INET, STREAM, 132),
    ("SCTP messages", socket.AF_INET, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK, 132),
    ("DCCP", socket.AF_INET, SOCK_DCCP, 33),
    ("UDP-Lite", socket.AF_INET, DATAGRAM, 136),
    ("SOCK_PACKET", socket.AF_INET, SOCK_PACKET, 768),
    ("audit", AF_NETLINK, RAW, 9),
    ("netfilter", AF_NETLINK, RAW, 12),
    ("xfrm", AF_NETLINK, RAW, 6),
    ("uevents", AF_NETLINK, RAW, 15),
):
    attempt(name, lambda: socket.socket(family, kind, protocol).close(), *ABSENT)
