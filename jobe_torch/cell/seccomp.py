"""The system calls a run is refused, compiled once per cell through libseccomp.

A list of refusals on top of namespaces and no capabilities, not an allow-list: a
student's program is any program, and what fails must fail as an error that
Python can show. Names are resolved by libseccomp, so one list serves every
architecture; calls of another architecture's numbers (int 0x80, x32) kill the
process, since the list would not match them.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator

__all__ = ["REFUSED", "SeccompUnavailable", "compile_filter"]


class SeccompUnavailable(Exception):
    """libseccomp is not there or does not work."""


REFUSED = {
    # Looking into or writing to other processes.
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
    # The kernel's largest recent sources of privilege escalation.
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "add_key", "request_key", "keyctl", "memfd_secret", "fanotify_init",
    "open_by_handle_at", "name_to_handle_at", "modify_ldt", "vmsplice",
    # Programs in the kernel: freed by thousands at once they lock it up (Linux 6.18).
    "seccomp",
    # What the machine has a fixed number of: a run could leave it none.
    "inotify_init", "inotify_init1", "io_setup",
    # Leaving the jail or building one's own, in which one would be root.
    "unshare", "setns", "chroot", "pivot_root", "mount", "umount2", "move_mount", "open_tree",
    "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
    # The machine itself.
    "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot",
    "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime",
    "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm", "syslog",
    "vhangup", "personality", "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl",
    "move_pages", "migrate_pages",
}  # fmt: skip
"""Calls that are refused whatever their arguments are."""

_CLONE_NAMESPACES = 0x7E020080  # CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET}
_CLONE_PARENT = 0x00008000  # a zombie of the cell's own process, which nobody would reap
_TERMINAL_INJECTIONS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX type into somebody's terminal
# SIOC{G,S}IFBR, SIOC{G,S}IFVLAN, SIOCBR{ADD,DEL}{BR,IF}: asking is enough to load a module.
_NETWORK_MODULES = (0x8940, 0x8941, 0x8982, 0x8983, 0x89A0, 0x89A1, 0x89A2, 0x89A3)
# SO_ATTACH_{FILTER,BPF,REUSEPORT_CBPF,REUSEPORT_EBPF}.
_SOL_SOCKET, _SOCKET_PROGRAMS = 1, (26, 50, 51, 52)
_SOL_TCP, _TCP_ULP = 6, 31
_SET_SECCOMP, _SCHED_CORE = 22, 62

# Others than AF_UNIX and AF_INET bring kernel code that no course needs. getifaddrs and
# getaddrinfo ask NETLINK_ROUTE for addresses: without a capability it changes nothing.
_AF_INET, _AF_NETLINK, _NETLINK_ROUTE = 2, 16, 0
_FAMILIES_BETWEEN = (0, *range(_AF_INET + 1, _AF_NETLINK))
# Of AF_INET only TCP, UDP and ping: the kernel looks for a module for any other.
_SOCKET_TYPE = 0xF  # SOCK_CLOEXEC and SOCK_NONBLOCK lie above
_STREAM, _DATAGRAM, _RAW = 1, 2, 3
_PROTOCOLS = {_STREAM: {0, 6}, _DATAGRAM: {0, 1, 17}}
_OTHER_TYPES = ((_SOCKET_TYPE, 0), (4, 4), (8, 8))  # by mask: 0, and 4 to 15

_MFD_HUGETLB, _SHM_HUGETLB, _MAP_HUGETLB = 0x4, 0o4000, 0x40000

_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_BAD_ARCHITECTURE = 2  # SCMP_FLTATR_ACT_BADARCH
_LOW_WORD = 0xFFFFFFFF
_NOT_EQUAL, _EQUAL, _GREATER, _MASKED_EQUAL = 1, 4, 6, 7


class _Compare(ctypes.Structure):
    """``struct scmp_arg_cmp``: argument ``index`` compared with ``a`` (masked: ``& a == b``)."""

    _fields_ = (
        ("index", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


_Refusal = tuple[str, int, tuple[_Compare, ...]]
"""A call, what it is answered by (0: nothing is done, and no error), and which arguments make it
so: libseccomp takes one comparison for each argument."""


def compile_filter() -> bytes:
    """The BPF program for `linux.load_seccomp`.

    Raises:
        SeccompUnavailable: libseccomp is missing or too old.
    """
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError as error:
        raise SeccompUnavailable("libseccomp is not installed") from error
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ALLOW)))
    if not context:
        raise SeccompUnavailable("seccomp_init failed")
    try:
        library.seccomp_attr_set(context, _BAD_ARCHITECTURE, ctypes.c_uint32(_KILL_PROCESS))
        for refusal in _refusals():
            _refuse(library, context, *refusal)
        return _export(library, context)
    finally:
        library.seccomp_release(context)


def _refusals() -> Iterator[_Refusal]:
    for call in sorted(REFUSED):
        yield call, errno.EPERM, ()
    # They write out all that the machine has not yet written to its disks, which a run has
    # nothing on, and while they wait for a slow one nothing can end the run.
    for call in ("sync", "syncfs"):
        yield call, 0, ()
    yield from _of_processes()
    yield from _of_the_kernels_programs()
    yield from _of_huge_pages()
    for request in (*_TERMINAL_INJECTIONS, *_NETWORK_MODULES):
        yield "ioctl", errno.EPERM, (_is(1, request),)
    for call in ("socket", "socketpair"):
        for error, conditions in _of_sockets():
            yield call, error, conditions


def _of_processes() -> Iterator[_Refusal]:
    # glibc tries clone3 first, whose flags lie in memory where no filter can
    # look; told that it does not exist, it falls back to clone.
    yield "clone3", errno.ENOSYS, ()
    for bit in range(32):
        if (_CLONE_NAMESPACES | _CLONE_PARENT) >> bit & 1:
            yield "clone", errno.EPERM, (_has(0, 1 << bit),)
    # Who shares his core with nobody has the core's other thread stand still.
    yield "prctl", errno.EPERM, (_is(0, _SCHED_CORE),)


def _of_the_kernels_programs() -> Iterator[_Refusal]:
    """A run's own BPF, as a filter of calls or of packets; see "seccomp" above."""
    yield "prctl", errno.EPERM, (_is(0, _SET_SECCOMP),)
    for option in _SOCKET_PROGRAMS:
        yield "setsockopt", errno.EPERM, (_is(1, _SOL_SOCKET), _is(2, option))
    # TLS in the kernel, and whatever else takes a TCP socket over: opened kernels before.
    yield "setsockopt", errno.EPERM, (_is(1, _SOL_TCP), _is(2, _TCP_ULP))


def _of_huge_pages() -> Iterator[_Refusal]:
    """Those that the machine has put aside for somebody: no control group counts them."""
    yield "mmap", errno.EPERM, (_has(3, _MAP_HUGETLB),)
    yield "memfd_create", errno.EPERM, (_has(1, _MFD_HUGETLB),)
    yield "shmget", errno.EPERM, (_has(2, _SHM_HUGETLB),)


def _of_sockets() -> Iterator[tuple[int, tuple[_Compare, ...]]]:
    for family in _FAMILIES_BETWEEN:
        yield errno.EAFNOSUPPORT, (_equal(0, family),)
    yield errno.EAFNOSUPPORT, (_above(0, _AF_NETLINK),)
    other = _Compare(2, _NOT_EQUAL, _NETLINK_ROUTE, 0)
    yield errno.EAFNOSUPPORT, (_equal(0, _AF_NETLINK), other)
    internet = _equal(0, _AF_INET)
    for mask, value in _OTHER_TYPES:
        yield errno.ESOCKTNOSUPPORT, (internet, _Compare(1, _MASKED_EQUAL, mask, value))
    raw = _Compare(1, _MASKED_EQUAL, _SOCKET_TYPE, _RAW)
    yield errno.EPERM, (internet, raw)  # the kernel's own answer
    for kind, protocols in _PROTOCOLS.items():
        of_kind = _Compare(1, _MASKED_EQUAL, _SOCKET_TYPE, kind)
        for protocol in set(range(max(protocols))) - protocols:
            yield errno.EPROTONOSUPPORT, (internet, of_kind, _equal(2, protocol))
        yield errno.EPROTONOSUPPORT, (internet, of_kind, _above(2, max(protocols)))


def _is(index: int, value: int) -> _Compare:
    """An argument of 32 bits, all that the kernel reads of it."""
    return _Compare(index, _MASKED_EQUAL, _LOW_WORD, value)


def _has(index: int, bit: int) -> _Compare:
    return _Compare(index, _MASKED_EQUAL, bit, bit)


def _equal(index: int, value: int) -> _Compare:
    """Beside `_above`, which matches whoever sets bits that the kernel does not read."""
    return _Compare(index, _EQUAL, value, 0)


def _above(index: int, value: int) -> _Compare:
    return _Compare(index, _GREATER, value, 0)


def _refuse(
    library: ctypes.CDLL,
    context: ctypes.c_void_p,
    call: str,
    error: int,
    conditions: tuple[_Compare, ...],
) -> None:
    number = library.seccomp_syscall_resolve_name(call.encode())
    if number == -1:  # newer than this libseccomp, which then cannot know its number
        return
    conditions_array = (_Compare * len(conditions))(*conditions)
    action = 0x00050000 | error  # SCMP_ACT_ERRNO
    result = library.seccomp_rule_add_array(
        context, ctypes.c_uint32(action), number, len(conditions), conditions_array
    )
    foreign = (-errno.EDOM, -errno.EOPNOTSUPP)  # the call does not exist on this architecture
    if result < 0 and result not in foreign:
        raise SeccompUnavailable(f"seccomp rule for {call}: {os.strerror(-result)}")


def _export(library: ctypes.CDLL, context: ctypes.c_void_p) -> bytes:
    with os.fdopen(os.memfd_create("seccomp"), "rb") as program:
        result = library.seccomp_export_bpf(context, program.fileno())
        if result < 0:
            raise SeccompUnavailable(f"seccomp_export_bpf: {os.strerror(-result)}")
        program.seek(0)
        return program.read()
