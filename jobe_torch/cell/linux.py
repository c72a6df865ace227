"""The few system calls that Python's standard library lacks, raising OSError.

Numbers and flags are from the kernel's uapi headers; each wrapper names its
manual page.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import platform
import socket
import struct
from collections.abc import Iterable, Iterator
from enum import IntEnum, IntFlag

__all__ = [
    "Call",
    "Mount",
    "Namespace",
    "Prctl",
    "bind",
    "blot_out_variable",
    "bring_loopback_up",
    "clone",
    "collapse_private_memory",
    "die_with_parent",
    "drop_bounding_set",
    "drop_capabilities",
    "filtering",
    "fork",
    "keep_capabilities_over_exec",
    "load_seccomp",
    "map_shared",
    "mount",
    "mount_temporary",
    "mounting",
    "no_capabilities",
    "pivot_root",
    "populate",
    "prctl",
    "raise_capabilities",
    "return_large_memory",
    "set_dumpable",
    "set_mount_flags",
    "setns",
    "umount_detached",
    "unshare",
]

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_fork = ctypes.PyDLL(None, use_errno=True).fork  # it goes on in two processes: with the GIL
_mmap = _libc.mmap
_mmap.restype = ctypes.c_size_t
_mmap.argtypes = (
    ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long,
)  # fmt: skip
_madvise = _libc.madvise
_madvise.argtypes = (ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int)  # some spares' every page


class Namespace(IntFlag):
    """``CLONE_NEW*`` of namespaces(7)."""

    MOUNT = 0x00020000
    UTS = 0x04000000
    IPC = 0x08000000
    USER = 0x10000000
    PID = 0x20000000
    NET = 0x40000000


class Mount(IntFlag):
    """``MS_*`` of mount(2)."""

    NONE = 0
    RDONLY = 1
    NOSUID = 2
    NODEV = 4
    NOEXEC = 8
    BIND = 4096
    REC = 16384
    PRIVATE = 1 << 18


class Prctl(IntEnum):
    """Options of prctl(2) that this package uses."""

    SET_PDEATHSIG = 1
    SET_DUMPABLE = 4
    SET_SECCOMP = 22
    CAPBSET_DROP = 24
    SET_NO_NEW_PRIVS = 38
    CAP_AMBIENT = 47


_SYS_CLONE = {"x86_64": 56, "aarch64": 220}
_SYS_MOUNT_SETATTR = 442  # one number on every architecture, as all since Linux 5.1
_SIGKILL = 9
_SIGCHLD = 17


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


class Call:
    """A call of C's library made ready beforehand: to make it touches hardly any memory.

    In a fork each page that is touched for the first time costs a copy.

    Args:
        name: a function that answers with a negative number when it fails.
        arguments: numbers, bytes, or what `ctypes.byref` makes.
        what: what it does, for an error's text.
    """

    __slots__ = ("_arguments", "_function", "_what")

    def __init__(self, name: str, *arguments: object, what: str = "") -> None:
        self._what = what or name
        self._function = _libc[name]  # one of its own, which lies beside the arguments
        self._arguments = tuple(
            ctypes.c_long(word) if isinstance(word, int) else word for word in arguments
        )

    def __call__(self) -> None:
        """Make it.

        Raises:
            OSError: it failed.
        """
        if self._function(*self._arguments) < 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{self._what}: {os.strerror(number)}")


def clone(namespaces: Namespace) -> int:
    """Like ``os.fork`` with the child in new namespaces; clone(2).

    The caller must have one thread only: the interpreter's own fork handlers do
    not run, so the child must not count on `threading`.
    """
    number = _SYS_CLONE[platform.machine()]
    return _check(_libc.syscall(number, ctypes.c_ulong(namespaces | _SIGCHLD), 0, 0, 0, 0))


def fork() -> int:
    """`os.fork` without the interpreter's handlers, which touch 300 pages of memory; fork(3).

    They see to other threads, of which the caller must have none, and to random numbers.
    """
    return _check(_fork())


def unshare(namespaces: Namespace) -> None:
    """Move the caller into new namespaces; unshare(2)."""
    _check(_libc.unshare(namespaces))


def setns(file: int, namespaces: Namespace | None = None) -> None:
    """Move the caller into that namespace, or into some of the process of a pidfd; setns(2)."""
    _check(_libc.setns(file, namespaces or 0))


def mount(
    source: str, target: str, kind: str = "", flags: Mount = Mount.NONE, options: str = ""
) -> None:
    """Attach a file system or show a folder elsewhere; mount(2)."""
    mounting(source, target, kind, flags, options)()


def mounting(source: str, target: str, kind: str, flags: Mount, options: str) -> Call:
    """The call that `mount` makes."""
    return Call(
        "mount",
        source.encode(),
        target.encode(),
        kind.encode() or None,
        flags,
        options.encode() or None,
        what=f"mount {source} on {target}",
    )


def umount_detached(target: str) -> None:
    """umount2(2) with MNT_DETACH."""
    _check(_libc.umount2(target.encode(), 2))


def pivot_root(new_root: str) -> None:
    """Make a mount point the root and forget the old one; pivot_root(2), NOTES on ``.``."""
    os.chdir(new_root)
    _check(_libc.pivot_root(b".", b"."))
    umount_detached(".")
    os.chdir("/")


def bind(source: str, target: str) -> None:
    """Show a folder or a file, with all that is mounted below it, in another place too."""
    os.makedirs(target if os.path.isdir(source) else os.path.dirname(target), exist_ok=True)
    if not os.path.isdir(source):
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT))
    mount(source, target, flags=Mount.BIND | Mount.REC)


def mount_temporary(options: str, shown: Iterable[str]) -> None:
    """Mount a file system on ``/tmp``, over which folders that lie there stay to be seen.

    An interpreter may be installed anywhere, and a checkout be made in ``/tmp``.
    """
    handles = {path: os.open(path, os.O_PATH) for path in shown if path.startswith("/tmp/")}  # noqa: S108 - a run's or a cell's own
    mount("tmpfs", "/tmp", "tmpfs", Mount.NOSUID | Mount.NODEV, options)  # noqa: S108 - as above
    for path, handle in handles.items():
        bind(f"/proc/self/fd/{handle}", path)
        os.close(handle)


def set_mount_flags(
    target: str, flags: Mount, *, clear: Mount = Mount.NONE, recursive: bool = False
) -> None:
    """Set and clear flags of a mount, or of it and all below it; mount_setattr(2)."""
    attributes = struct.pack("=QQQQ", flags, clear, 0, 0)  # MOUNT_ATTR_* of these equal MS_*
    at_fdcwd, at_recursive = -100, 0x8000
    _check(
        _libc.syscall(
            _SYS_MOUNT_SETATTR,
            at_fdcwd,
            target.encode(),
            at_recursive if recursive else 0,
            attributes,
            ctypes.c_size_t(len(attributes)),
        )
    )


def prctl(option: Prctl, argument: int = 0, *more: int) -> int:
    """Ask for one of this process's odder properties; prctl(2)."""
    padded = (argument, *more, 0, 0, 0)[:4]
    return _check(_libc.prctl(option, *[ctypes.c_ulong(word) for word in padded]))


def set_dumpable(*, value: bool) -> None:
    """Whether other processes of the same user may look into this one; PR_SET_DUMPABLE."""
    prctl(Prctl.SET_DUMPABLE, int(value))


def die_with_parent() -> None:
    """The kernel kills this process when the thread that made it ends; PR_SET_PDEATHSIG."""
    prctl(Prctl.SET_PDEATHSIG, _SIGKILL)


def drop_bounding_set() -> None:
    """Give up the means to gain a capability by execve; capabilities(7), needs SETPCAP."""
    with contextlib.suppress(OSError):  # EINVAL: the kernel's list of capabilities ends here
        for capability in range(64):
            prctl(Prctl.CAPBSET_DROP, capability)


def drop_capabilities() -> None:
    """Give up every capability; capabilities(7)."""
    for call in no_capabilities():
        call()


def no_capabilities() -> tuple[Call, ...]:
    """The calls that give up every capability."""
    ambient_clear_all = 4
    nothing = struct.pack("=6I", *[0] * 6)
    return (
        Call("prctl", Prctl.CAP_AMBIENT, ambient_clear_all, 0, 0, 0),
        Call("capset", _CAPABILITY_VERSION_3, nothing),
    )


def keep_capabilities_over_exec() -> None:
    """Make all permitted capabilities ambient, so that a non-root user's execve keeps them."""
    effective, _ = _capget()
    _capset(effective, inheritable=effective)
    ambient_raise = 2
    for capability in range(64):
        if effective >> capability & 1:
            prctl(Prctl.CAP_AMBIENT, ambient_raise, capability)


def raise_capabilities() -> None:
    """Make all permitted capabilities effective, which a change of the effective uid undid."""
    _, permitted = _capget()
    _capset(permitted)


_CAPABILITY_VERSION_3 = struct.pack("=Ii", 0x20080522, 0)


def _capget() -> tuple[int, int]:
    data = ctypes.create_string_buffer(24)
    _check(_libc.capget(_CAPABILITY_VERSION_3, data))
    low_effective, low_permitted, _, high_effective, high_permitted, _ = struct.unpack(
        "=6I", data.raw
    )
    return high_effective << 32 | low_effective, high_permitted << 32 | low_permitted


def _capset(permitted: int, *, inheritable: int = 0) -> None:
    sets = (permitted, permitted, inheritable)
    words = [mask & 0xFFFFFFFF for mask in sets] + [mask >> 32 for mask in sets]
    _check(_libc.capset(_CAPABILITY_VERSION_3, struct.pack("=6I", *words)))


class _FilterProgram(ctypes.Structure):
    """``struct sock_fprog`` of seccomp(2)."""

    _fields_ = (("instructions", ctypes.c_ushort), ("code", ctypes.c_char_p))


def load_seccomp(program: bytes) -> None:
    """Filter this process's system calls by a BPF program; seccomp(2), SET_MODE_FILTER."""
    filtering(program)()


def filtering(program: bytes) -> Call:
    """The call that `load_seccomp` makes."""
    instruction_bytes, filter_mode = 8, 2
    code = _FilterProgram(len(program) // instruction_bytes, program)
    return Call("prctl", Prctl.SET_SECCOMP, filter_mode, ctypes.byref(code), 0, 0)


def return_large_memory() -> None:
    """Have C give large blocks back to the system as soon as they are freed; mallopt(3).

    Left alone it raises its threshold with each large block, and keeps the memory.
    """
    m_mmap_threshold, threshold_bytes = -3, 128 * 1024
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(m_mmap_threshold, threshold_bytes)


def bring_loopback_up() -> None:
    """Set the flags UP and RUNNING on ``lo`` of this network namespace; netdevice(7)."""
    siocsifflags, up, running = 0x8914, 0x1, 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, siocsifflags, struct.pack("16sh22x", b"lo", up | running))


def collapse_private_memory() -> None:
    """Back this process's private memory by huge pages, as far as the kernel will; madvise(2).

    A fork copies one entry for each page: with huge pages it takes a third of the
    time. MADV_COLLAPSE came with Linux 6.1; elsewhere nothing changes.
    """
    madv_collapse, huge = 25, 2 << 20
    for start, end in _private_anonymous_ranges():
        first = -(-start // huge) * huge
        if end - first >= huge:
            length = (end - first) // huge * huge
            _madvise(first, length, madv_collapse)


def populate(start: int, length: int) -> None:
    """Fault pages in, for writing where that is allowed, as far as the kernel will; madvise(2).

    The advice came with Linux 5.14; elsewhere nothing changes.
    """
    madv_populate_read, madv_populate_write = 22, 23
    if _madvise(start, length, madv_populate_write):
        _madvise(start, length, madv_populate_read)


def map_shared(address: int, length: int, file: int) -> None:
    """Show a file's memory, for writing, in the place of what is mapped there; mmap(2)."""
    read_and_write, shared_fixed = 0x1 | 0x2, 0x1 | 0x10
    arguments = (length, read_and_write, shared_fixed, file, 0)
    if _mmap(address, *arguments) != address:
        raise OSError(ctypes.get_errno(), "mmap")


def blot_out_variable(name: str) -> str:
    """Take a variable out of the environment, and zero it in /proc/self/environ; see proc(5).

    Returns:
        Its value.
    """
    _libc.getenv.restype = ctypes.c_void_p
    address = _libc.getenv(name.encode())
    value = os.environ.pop(name)  # first: zeroed, it would stay in what children get, as nothing
    ctypes.memset(address - len(name) - 1, 0, len(f"{name}={value}".encode()))
    return value


def _private_anonymous_ranges() -> Iterator[tuple[int, int]]:
    with open("/proc/self/maps") as maps:
        lines = maps.readlines()
    for line in lines:
        span, permissions, _, _, inode, *name = line.split()
        if permissions == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            start, _, end = span.partition("-")
            yield int(start, 16), int(end, 16)
