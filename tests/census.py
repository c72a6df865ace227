"""What a cell's processes hold, counted from outside: from the host's ``/proc``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Census", "children", "own_descriptors", "rest", "settle", "take", "tree"]

_WRITABLE = ("tmp", "dev/shm", "home/jobe/runs/jobe_warm00")
_KINDS = ("mnt", "pid", "net", "ipc", "uts", "user")
_SETTLE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Census:
    """What is there while a cell is idle. Two of one cell are equal, but for the memory."""

    processes: tuple[str, ...]
    """Their names, sorted."""
    threads: int
    descriptors: int
    """Open descriptors of all processes; of those that the kernel lets us look into."""
    namespaces: int
    """Distinct namespaces of all kinds, without those of the testing process."""
    mounts: int
    """Mounts, summed over the mount namespaces."""
    tmpfs_files: int
    """Inodes in use on the writable file systems; likewise their bytes."""
    tmpfs_bytes: int
    ipc_objects: int
    """SysV objects in the host's own IPC namespace."""
    memory_bytes: int
    """Memory that is no file's, each page once."""

    def equals(self, base: Census, *, memory_slack_bytes: int) -> bool:
        """Whether nothing came to stay since ``base``."""
        return (
            self._without_memory() == base._without_memory()
            and self.memory_bytes <= base.memory_bytes + memory_slack_bytes
        )

    def _without_memory(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__ if name != "memory_bytes")


def own_descriptors() -> int:
    """How many descriptors the testing process has open."""
    return _entries("/proc/self/fd")


def children(pid: int) -> frozenset[int]:
    """Processes whose parent is ``pid``, of any of its threads."""
    found: set[int] = set()
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found.update(map(int, (task / "children").read_text().split()))
    return frozenset(found)


def take(roots: Iterable[int]) -> Census:
    """Count what the processes ``roots`` and all their descendants hold."""
    pids = sorted(set(tree(roots)))
    namespaces: set[tuple[str, int]] = set()
    mounts: dict[int, int] = {}
    places: dict[int, os.statvfs_result] = {}
    for pid in pids:
        for kind in _KINDS:
            number = _number(f"/proc/{pid}/ns/{kind}")
            if number not in {0, _number(f"/proc/self/ns/{kind}")}:
                namespaces.add((kind, number))
                if kind == "mnt":
                    mounts[number] = len(_read(f"/proc/{pid}/mounts").splitlines())
        for place in _writable(pid):
            with suppress(OSError):
                device = Path(f"/proc/{pid}/root/{place}").stat().st_dev
                if not Path(f"/{place}").exists() or device != Path(f"/{place}").stat().st_dev:
                    places[device] = os.statvfs(f"/proc/{pid}/root/{place}")
    return Census(
        processes=tuple(sorted(_read(f"/proc/{pid}/comm").strip() for pid in pids)),
        threads=sum(_entries(f"/proc/{pid}/task") for pid in pids),
        descriptors=sum(_entries(f"/proc/{pid}/fd") for pid in pids),
        namespaces=len(namespaces),
        mounts=sum(mounts.values()),
        tmpfs_files=sum(place.f_files - place.f_ffree for place in places.values()),
        tmpfs_bytes=sum((s.f_blocks - s.f_bfree) * s.f_frsize for s in places.values()),
        ipc_objects=sum(
            len(_read(f"/proc/sysvipc/{kind}").splitlines()) for kind in ("shm", "sem", "msg")
        ),
        memory_bytes=sum(_own_bytes(pid) for pid in pids),
    )


def settle(roots: Iterable[int], base: Census, *, memory_slack_bytes: int) -> Census:
    """The first census that equals ``base``; after a while, whatever there is."""
    roots = tuple(roots)
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        now = take(roots)
        if now.equals(base, memory_slack_bytes=memory_slack_bytes) or time.monotonic() > deadline:
            return now
        time.sleep(0.02)


def rest(roots: Iterable[int]) -> Census:
    """The census of a cell that has come to rest: the same twice, some time apart.

    Raises:
        TimeoutError: it does not.
    """
    roots = tuple(roots)
    deadline = time.monotonic() + _SETTLE_SECONDS
    last = take(roots)
    while time.monotonic() < deadline:
        time.sleep(0.3)
        now = take(roots)
        if now.equals(last, memory_slack_bytes=1 << 20):
            return now
        last = now
    raise TimeoutError(f"the cell does not come to rest: {last}")


def tree(roots: Iterable[int]) -> Iterator[int]:
    """The processes ``roots`` and all their descendants, parents first."""
    for pid in roots:
        if Path(f"/proc/{pid}").exists():
            yield pid
            yield from tree(children(pid))


def _number(path: str) -> int:
    try:
        return Path(path).stat().st_ino
    except OSError:
        return 0


def _writable(pid: int) -> Iterator[str]:
    """Places where a process has a file system in memory, and not a part of the host's disk."""
    mounts = (line.split() for line in _read(f"/proc/{pid}/mounts").splitlines())
    in_memory = {target for _, target, kind, *_ in mounts if kind == "tmpfs"}
    return (place for place in _WRITABLE if f"/{place}" in in_memory)


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _entries(path: str) -> int:
    try:
        return sum(1 for _ in Path(path).iterdir())
    except OSError:
        return 0


def _own_bytes(pid: int) -> int:
    """A process's part of anonymous memory: pages of files change with whoever else maps them."""
    lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
    own = (line.split() for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:")))
    return sum(int(words[1]) for words in own) * 1024
