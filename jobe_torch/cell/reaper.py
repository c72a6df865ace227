"""PID 1 of a run's namespaces: a program of its own, which collects the dead and does no more.

A fork of the agent could do that too; but to make and end one costs, for the pages of
memory that it and the agent no longer share, as much CPU time as a small run.
This program has two pages. In C it is

    for (;;)
        if (wait4(-1, 0, 0, 0) < 0)
            rt_sigtimedwait(&sigchld, 0, 0, 8);

It waits by wait4(2), since that counts orphans' CPU time as its own, where the
meter reads it. It must be started with SIGCHLD blocked.
"""

from __future__ import annotations

import os
import platform
import struct
import time

__all__ = ["NAME", "program", "wait_until_executed"]

NAME = "reaper"
_PATIENCE_SECONDS = 20.0

_CODE = {
    "x86_64": """
        b83d000000      mov eax, 61: wait4
        4883cfff        or rdi, -1
        31f6            xor esi, esi
        31d2            xor edx, edx
        4531d2          xor r10d, r10d
        0f05            syscall
        85c0            test eax, eax
        79ea            jns: from the start
        b880000000      mov eax, 128: rt_sigtimedwait
        488d3d0e000000  lea rdi, signals
        41ba08000000    mov r10d, 8
        0f05            syscall
        ebd4            jmp: from the start
        0f1f4000        nop
    """,
    "aarch64": """
        882080d2        mov x8, #260: wait4
        00008092        mov x0, #-1
        010080d2        mov x1, #0
        020080d2        mov x2, #0
        030080d2        mov x3, #0
        010000d4        svc #0
        40ffff36        tbz w0, #31: from the start
        281180d2        mov x8, #137: rt_sigtimedwait
        80000010        adr x0, signals
        030180d2        mov x3, #8
        010000d4        svc #0
        f5ffff17        b: from the start
    """,
}
_MACHINES = {"x86_64": 62, "aarch64": 183}  # EM_* of elf(5)
_SIGNALS = struct.pack("<Q", 1 << 16)  # SIGCHLD
_ADDRESS = 0x400000
_ALIGNMENT = 0x10000  # of the largest pages
_FILE_HEADER = struct.Struct("<16sHHIQQ8x4xHHH6x")  # without sections and flags
_SEGMENT_HEADER = struct.Struct("<II8xQQQQQ")  # of all the file


def program(machine: str = platform.machine()) -> bytes:
    """The executable file, for this machine; elf(5).

    Raises:
        KeyError: there is none for its kind.
    """
    lines = _CODE[machine].split("\n")
    code = b"".join(bytes.fromhex(line.split()[0]) for line in lines if line.strip())
    headers_bytes = _FILE_HEADER.size + _SEGMENT_HEADER.size
    size = headers_bytes + len(code) + len(_SIGNALS)
    executable, current, loadable, read_and_execute = 2, 1, 1, 5
    file_header = _FILE_HEADER.pack(
        b"\x7fELF\x02\x01\x01",  # 64 bits, little endian
        executable,
        _MACHINES[machine],
        current,
        _ADDRESS + headers_bytes,
        _FILE_HEADER.size,
        _FILE_HEADER.size,
        _SEGMENT_HEADER.size,
        1,
    )
    segment_header = _SEGMENT_HEADER.pack(
        loadable, read_and_execute, _ADDRESS, _ADDRESS, size, size, _ALIGNMENT
    )
    return file_header + segment_header + code + _SIGNALS


def wait_until_executed(pid: int) -> None:
    """Return when the process is this program, and no more the one that called execve(2) for it.

    vfork(2), and so posix_spawn(3), lets the caller go on a moment before the kernel takes the
    caller's memory away from the process: until then it cannot be entered, since the caller cannot
    be looked into. Its name changes after that.

    Args:
        pid: of a process that executes a file called `NAME`.

    Raises:
        OSError: it does not become it.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _name(pid) != NAME:
        if time.monotonic() > deadline:
            raise OSError("a holder did not start")
        os.sched_yield()


def _name(pid: int) -> str:
    with open(f"/proc/{pid}/comm") as comm:
        return comm.read().rstrip("\n")
