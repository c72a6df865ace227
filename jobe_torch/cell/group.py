"""What the control group around a cell says of its memory: cgroups(7), in both versions."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

__all__ = ["GroupMemory", "MemoryKept", "container_oom_events", "enter_groups"]

_UNLIMITED_BYTES = 1 << 62
_SLACK_BYTES = 64 << 20
_PATIENCE_SECONDS = 20.0
_HELD = {b"anon", b"rss", b"shmem"}
"""Lines of ``memory.stat``, of both versions, that count what no reclaim gives back."""


def enter_groups(doors: Iterable[str]) -> list[int]:
    """Move this process into control groups; returns their doors, which stay open for others.

    Args:
        doors: their files ``cgroup.procs``, which the caller is about to lose sight of.
    """
    files = [os.open(door, os.O_WRONLY | os.O_CLOEXEC) for door in doors]
    for file in files:
        os.write(file, b"0")
    return files


class MemoryKept(Exception):
    """The kernel does not give back what a run took."""


def container_oom_events() -> str:
    """Where a container shows the events of its own group."""
    group = "/sys/fs/cgroup"
    places = (f"{group}/memory.events", f"{group}/memory/memory.oom_control")
    return next(filter(os.path.exists, places), "")


class GroupMemory:
    """Kills for memory in this cell, and memory that is late in coming back.

    Args:
        oom_events: ``memory.events`` or version 1's ``memory.oom_control``; empty if there is
            none. It is opened at once, with others of its folder, since the cell is about to
            lose sight of them.
    """

    def __init__(self, oom_events: str) -> None:
        folder = os.path.dirname(oom_events)
        self._events = _open(oom_events)
        self._usage = _open(f"{folder}/memory.current", f"{folder}/memory.usage_in_bytes")
        self._limit = _open(f"{folder}/memory.max", f"{folder}/memory.limit_in_bytes")
        self._statistics = _open(f"{folder}/memory.stat")
        self._seen = self._kills()
        self._idle_bytes = _UNLIMITED_BYTES

    def any_new_kill(self) -> bool:
        """Whether the kernel killed a process for memory since the last call."""
        before, self._seen = self._seen, self._kills()
        return self._seen > before

    def forget_kills(self) -> None:
        """What was killed up to now is no matter of the run that comes."""
        self._seen = self._kills()

    def note_idle(self) -> None:
        """What is held now is what an idle cell holds."""
        self._idle_bytes = self._held_bytes()

    @property
    def idle_bytes(self) -> int:
        """What an idle cell holds; 0 where no group says it."""
        return 0 if self._statistics is None else self._idle_bytes

    def wait_until_given_back(self) -> None:
        """Return when the group has room for a run, whose memory that of the last one is not.

        The kernel frees some of it, System V's shared memory above all, after the processes are
        gone. The next run would be killed for it.

        Raises:
            MemoryKept: it does not come back.
        """
        if 2 * _number(self._usage) < _number(self._limit):
            return  # it cannot be much
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._held_bytes() > self._idle_bytes + _SLACK_BYTES:
            if time.monotonic() > deadline:
                raise MemoryKept("the kernel does not give back the memory of a run")
            time.sleep(0.01)

    def _held_bytes(self) -> int:
        lines = _read(self._statistics).splitlines()
        return sum(int(value) for name, value in map(bytes.split, lines) if name in _HELD)

    def _kills(self) -> int:
        for line in _read(self._events).splitlines():
            if line.startswith(b"oom_kill "):
                return int(line.split()[1])
        return 0


def _open(*paths: str) -> int | None:
    path = next(filter(os.path.exists, paths), None)
    return None if path is None else os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _read(file: int | None) -> bytes:
    return b"" if file is None else os.pread(file, 1 << 16, 0)


def _number(file: int | None) -> int:
    text = _read(file).strip()
    return int(text) if text.isdigit() else _UNLIMITED_BYTES if text else 0
