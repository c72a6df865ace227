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

__all__ = ["SeccompUnavailable", "compile_filter"]


class SeccompUnavailable(Exception):
    """libseccomp is not there or does not work."""


_REFUSED = {
    # Looking into or writing to other processes.
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
    # The kernel's largest recent sources of privilege escalation.
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "add_key", "request_key", "keyctl", "memfd_secret", "fanotify_init",
    "open_by_handle_at", "name_to_handle_at", "modify_ldt", "vmsplice",
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

_CLONE_NAMESPACES = 0x7E020080  # CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET}
_CLONE_PARENT = 0x00008000  # a zombie of the cell's own process, which nobody would reap
_TERMINAL_INJECTIONS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX type into somebody's terminal
# Others than AF_UNIX and AF_INET bring kernel code that no course needs. getifaddrs and
# getaddrinfo ask NETLINK_ROUTE for addresses: without a capability it changes nothing.
_AF_INET, _AF_NETLINK, _NETLINK_ROUTE = 2, 16, 0
_FAMILIES_BETWEEN = range(_AF_INET + 1, _AF_NETLINK)

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
        for call in sorted(_REFUSED):
            _refuse(library, context, call, errno.EPERM)
        # glibc tries clone3 first, whose flags lie in memory where no filter can
        # look; told that it does not exist, it falls back to clone.
        _refuse(library, context, "clone3", errno.ENOSYS)
        for bit in range(32):
            if (_CLONE_NAMESPACES | _CLONE_PARENT) >> bit & 1:
                flag = 1 << bit
                _refuse(
                    library, context, "clone", errno.EPERM, _Compare(0, _MASKED_EQUAL, flag, flag)
                )
        for request in _TERMINAL_INJECTIONS:
            _refuse(
                library,
                context,
                "ioctl",
                errno.EPERM,
                _Compare(1, _MASKED_EQUAL, _LOW_WORD, request),
            )
        for call in ("socket", "socketpair"):
            # libseccomp takes one comparison for each argument: the gap is filled one by one.
            refused = [_Compare(0, _EQUAL, family, 0) for family in _FAMILIES_BETWEEN]
            for condition in (*refused, _Compare(0, _GREATER, _AF_NETLINK, 0)):
                _refuse(library, context, call, errno.EAFNOSUPPORT, condition)
            _refuse(
                library,
                context,
                call,
                errno.EAFNOSUPPORT,
                _Compare(0, _EQUAL, _AF_NETLINK, 0),
                _Compare(2, _NOT_EQUAL, _NETLINK_ROUTE, 0),
            )
        return _export(library, context)
    finally:
        library.seccomp_release(context)


def _refuse(
    library: ctypes.CDLL, context: ctypes.c_void_p, call: str, error: int, *conditions: _Compare
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
