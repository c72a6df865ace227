"""Lies beside every attack program: try a thing, say how the system answered.

A thing that goes through is printed as a BREACH, which fails any case. Numbers
are those of x86-64 and arm64; from 424 on they are the same everywhere.
"""

import ctypes
import errno
import os
import platform

REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EROFS}
"""What a wall answers. Any other answer must be named by the case: EINVAL is no wall."""

NUMBERS = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsopen": (430, 430),
    "getpid": (39, 172),
    "init_module": (175, 105),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "io_setup": (206, 0),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "mmap": (9, 222),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
    "prctl": (157, 167),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "seccomp": (317, 277),
    "semget": (64, 190),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "shmat": (30, 196),
    "shmget": (29, 194),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def syscall(name, *args):
    """The system call itself, past every library; OSError as for any other."""
    number = NUMBERS[name][platform.machine() != "x86_64"]
    if number is None:
        raise OSError(errno.ENOSYS, "not on this machine")
    words = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    result = _libc.syscall(ctypes.c_long(number), *words)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def attempt(what, action, *also):
    """Print whether `action` was refused; `also` are answers that are as good as a wall."""
    try:
        result = action()
    except OSError as error:
        if error.errno in REFUSALS or error.errno in also:
            print(f"{what}: refused", flush=True)
        else:
            print(f"{what}: {errno.errorcode.get(error.errno, error)}", flush=True)
    else:
        print(f"BREACH {what}: {result!r}"[:200], flush=True)
