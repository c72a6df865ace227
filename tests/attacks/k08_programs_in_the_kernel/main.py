import ctypes
import socket
import struct

from attempt import attempt, syscall

# One of each, never more: the machine that lets them through must survive this.
SET_MODE_FILTER, NEW_LISTENER, PR_SET_SECCOMP = 1, 8, 22
SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF = 26, 50, 51, 52

RETURN, ALLOW = 0x06, 0x7FFF0000
code = ctypes.create_string_buffer(struct.pack("HBBI", RETURN, 0, 0, ALLOW), 8)
header = ctypes.create_string_buffer(struct.pack("HP", 1, ctypes.addressof(code)))
program, descriptor = header.raw[:16], struct.pack("i", 0)


def attach(option, value):
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        datagrams.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        datagrams.setsockopt(socket.SOL_SOCKET, option, value)


attempt("packet filter", lambda: attach(SO_ATTACH_FILTER, program))
attempt("packet filter by descriptor", lambda: attach(SO_ATTACH_BPF, descriptor))
attempt("group filter", lambda: attach(SO_ATTACH_REUSEPORT_CBPF, program))
attempt("group filter by descriptor", lambda: attach(SO_ATTACH_REUSEPORT_EBPF, descriptor))
attempt("call filter", lambda: syscall("seccomp", SET_MODE_FILTER, 0, header))
attempt("call filter with a listener", lambda: syscall("seccomp", SET_MODE_FILTER, NEW_LISTENER, header))
attempt("call filter by prctl", lambda: syscall("prctl", PR_SET_SECCOMP, 2, header, 0, 0))
