"""What programs ask of the machine and are refused: as strace tells it, where there is no strace.

Kept is what says something of a driver: what is opened of ``/dev``, ``/proc`` and ``/sys``, calls
that fail, and orders to NVIDIA's devices that its driver answers with a status other than 0.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import signal
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["trace"]

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
_libc.ptrace.restype = ctypes.c_long

# ptrace(2)
_TRACEME, _SYSCALL, _SETOPTIONS, _GET_SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_SYSGOOD, _FORK, _VFORK, _CLONE, _EXEC, _EXITKILL = 0x1, 0x2, 0x4, 0x8, 0x10, 0x100000
_WALL = 0x40000000
_ENTERED, _LEFT = 1, 2
_INFO_BYTES = 88

_PATH_BYTES = 256
_TOLD = re.compile(r"/(dev|proc|sys)/|nvidia|libcuda|/\.nv")
_OWN_NUMBERS = re.compile(r"(?<=/proc/)\d+|(?<=/task/)\d+")
# Which argument is a path, of the calls that have one.
_PATHS = {
    "open": 0, "openat": 1, "openat2": 1, "access": 0, "faccessat": 1, "faccessat2": 1, "stat": 0,
    "lstat": 0, "newfstatat": 1, "statx": 1, "readlink": 0, "readlinkat": 1, "execve": 0,
    "mknod": 0, "mknodat": 1, "mkdir": 0, "mkdirat": 1, "statfs": 0,
}  # fmt: skip
# Waiting, and what programs try without need.
_USUAL = {errno.EAGAIN, errno.EINTR, errno.ETIMEDOUT, errno.ECHILD, errno.ESPIPE}
_KERNELS_OWN = 512  # from here on: to be made again after a signal
_IOCTL, _NVIDIAS = "ioctl", ord("F")
# Of NVIDIA's open kernel modules (nv-ioctl-numbers.h, nv_escape.h, nvos.h): the order, how large
# its argument is, where in that the command or class lies, and where the driver's status.
_STATUS_AT = {(0x2A, 32): (8, 28), (0x2B, 32): (12, 28), (0x2B, 48): (12, 40)}


@dataclass(slots=True)
class _Call:
    number: int
    arguments: tuple[int, ...]


def trace(
    command: Sequence[str],
    environment: Mapping[str, str],
    enter: Callable[[], None] | None = None,
    *,
    stdin: int = subprocess.DEVNULL,
    patience_seconds: float = 120,
) -> list[str]:
    """Run a command with all that it starts, and tell what became of its calls, in their order.

    Args:
        command: program and arguments.
        environment: all of its environment.
        enter: what the process does before it becomes the program.
        stdin: its input.
        patience_seconds: after so long it is killed.

    Returns:
        Lines that are alike for alike calls, without process numbers.
    """
    read, write = os.pipe()
    tracer = os.fork()  # one that has no other children
    if not tracer:
        try:
            os.close(read)
            threading.Timer(patience_seconds, os._exit, [0]).start()  # which ends all it traces
            with os.fdopen(write, "w", buffering=1) as lines:
                for line in _follow(_start(command, environment, enter, stdin)):
                    print(line, file=lines)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as lines:
        told = lines.read().splitlines()
    os.waitpid(tracer, 0)
    return told


def _start(
    command: Sequence[str],
    environment: Mapping[str, str],
    enter: Callable[[], None] | None,
    stdin: int,
) -> int:
    def first() -> None:
        _ptrace(_TRACEME, 0)
        if enter is not None:
            enter()

    process = subprocess.Popen(
        command,
        env=environment,
        preexec_fn=first,  # noqa: PLW1509 - nobody else runs here
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    process.returncode = 0  # `_follow` will have waited for it
    return process.pid


def _follow(first: int) -> Iterator[str]:
    names = _names()
    calls: dict[int, _Call] = {}
    known = set[int]()
    while True:
        try:
            pid, status = os.waitpid(-1, _WALL)
        except ChildProcessError:
            return
        if not os.WIFSTOPPED(status):
            if os.WIFSIGNALED(status) and pid == first:
                yield f"the program was ended by signal {os.WTERMSIG(status)}"
            calls.pop(pid, None)
            continue
        kind = os.WSTOPSIG(status)
        deliver = 0
        with contextlib.suppress(OSError):  # it was killed meanwhile
            if kind == signal.SIGTRAP | 0x80:
                yield from _tell(pid, calls, names)
            elif pid not in known:
                known.add(pid)
                _ptrace(_SETOPTIONS, pid, _SYSGOOD | _FORK | _VFORK | _CLONE | _EXEC | _EXITKILL)
                deliver = 0 if kind in (signal.SIGTRAP, signal.SIGSTOP) else kind
            elif not status >> 16:  # a signal, and no event of ptrace's own
                deliver = kind
                if kind in (signal.SIGSYS, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT):
                    yield f"signal {kind}"
        with contextlib.suppress(OSError):
            _ptrace(_SYSCALL, pid, deliver)


def _tell(pid: int, calls: dict[int, _Call], names: Callable[[int], str]) -> Iterator[str]:
    info = ctypes.create_string_buffer(_INFO_BYTES)
    _ptrace(_GET_SYSCALL_INFO, pid, ctypes.addressof(info), size=_INFO_BYTES)
    if info.raw[0] == _ENTERED:
        number, *arguments = struct.unpack_from("7Q", info.raw, 24)
        calls[pid] = _Call(number, tuple(arguments))
    elif info.raw[0] == _LEFT and (call := calls.pop(pid, None)):
        result, failed = struct.unpack_from("qB", info.raw, 24)
        line = _line(pid, call, names(call.number), -result if failed else 0)
        if line:
            yield line


def _line(pid: int, call: _Call, name: str, error: int) -> str:
    answer = errno.errorcode.get(error, str(error)) if error else "0"
    if name == _IOCTL:
        return _order(pid, call, answer)
    if error in _USUAL or error >= _KERNELS_OWN:
        return ""
    if (at := _PATHS.get(name)) is not None:
        path = _OWN_NUMBERS.sub("N", _text(pid, call.arguments[at]))
        expected = error in (0, errno.ENOENT)
        return "" if expected and not _TOLD.search(path) else f"{name}({path}) = {answer}"
    if not error:
        return ""
    # Addresses differ from one time to the next.
    numbers = ", ".join(f"{word:#x}" for word in call.arguments[:3] if word < 1 << 32)
    return f"{name}({numbers}) = {answer}"


def _order(pid: int, call: _Call, answer: str) -> str:
    file, request, argument = call.arguments[:3]
    request &= 0xFFFFFFFF
    try:
        path = str(Path(f"/proc/{pid}/fd/{file}").readlink())
    except OSError:
        path = "?"
    size, kind, order = request >> 16 & 0x3FFF, request >> 8 & 0xFF, request & 0xFF
    if kind != _NVIDIAS and answer == "ENOTTY":  # anybody asks whether a file is a terminal
        return ""
    status = ""
    if kind == _NVIDIAS and (at := _STATUS_AT.get((order, size))):
        content = _memory(pid, argument, size)
        if len(content) == size:
            what, said = (struct.unpack_from("I", content, where)[0] for where in at)
            if said:
                status = f", {what:#x}: status {said:#x}"
    return f"ioctl({path}, {request:#x}{status}) = {answer}" if status or answer != "0" else ""


def _text(pid: int, address: int) -> str:
    return _memory(pid, address, _PATH_BYTES).split(b"\0")[0].decode(errors="replace")


def _memory(pid: int, address: int, size: int) -> bytes:
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            try:
                return os.pread(memory.fileno(), size, address)
            except OSError:  # the next page is not there
                return os.pread(memory.fileno(), min(size, -address % 4096), address)
    except (OSError, OverflowError):
        return b""


def _names() -> Callable[[int], str]:
    library = ctypes.CDLL("libseccomp.so.2")
    resolve = library.seccomp_syscall_resolve_num_arch
    resolve.restype = ctypes.c_void_p
    native = library.seccomp_arch_native()
    known: dict[int, str] = {}

    def name(number: int) -> str:
        if number not in known:
            found = resolve(native, ctypes.c_int(number & 0xFFFFFFFF))
            known[number] = ctypes.string_at(found).decode() if found else f"call {number}"
        return known[number]

    return name


def _ptrace(request: int, pid: int, data: int = 0, *, size: int = 0) -> None:
    if _libc.ptrace(request, pid, size, data) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
