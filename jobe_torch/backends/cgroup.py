"""A control group around each local cell: the hard stop for memory and processes.

Limits on a process cannot count what many processes, shared mappings or files in
memory take together; cgroups(7) can. And a group that warms up can leave the
processors to those that work. Niceness could not: each cell is a session of its own,
and by default the kernel compares processes of one session only.

Both versions of the interface are served.
Without the rights to make groups, cells do without, and the doctor says so.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from jobe_torch.backends.delegation import place_of_cells

__all__ = ["CellGroup", "make_group"]

PATIENT = 4
"""How many times as much of scarce processor time a cell that works gets as one that warms up."""

_REMOVE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Weight:
    """How a group fares when there are fewer processors than are wanted."""

    file: Path
    usual: int

    @classmethod
    def of(cls, file: Path) -> Weight:
        """Raises `OSError` where the kernel has no such thing."""
        return cls(file, int(file.read_text()))

    def be_patient(self) -> None:
        """Others go first, and nobody waits for ever."""
        self.file.write_text(str(self.usual // PATIENT))

    def be_equal(self) -> None:
        """No other goes first."""
        self.file.write_text(str(self.usual))


@dataclass(frozen=True, slots=True)
class CellGroup:
    """The groups of one cell; one folder for each controller in version 1."""

    folders: tuple[Path, ...]
    oom_events: Path
    """A file with a line ``oom_kill N``: processes the kernel killed for memory."""
    weight: Weight | None

    @property
    def doors(self) -> tuple[str, ...]:
        """Files that take the pid of a process which is to enter."""
        return tuple(str(folder / "cgroup.procs") for folder in self.folders)

    def remove(self) -> None:
        """Remove the groups of a cell whose processes are dead."""
        deadline = time.monotonic() + _REMOVE_SECONDS
        for folder in self.folders:
            # A group is busy until the kernel has let go of its last process.
            while folder.exists() and time.monotonic() < deadline:
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                time.sleep(0.01)


def make_group(name: str, *, memory_bytes: int, processes: int) -> CellGroup | None:
    """Make the groups of a cell, below those of this process; None where we may not."""
    mounts = _mounts()
    try:
        if (unified := mounts.get("")) is not None and "memory" not in mounts:
            return _make_unified(unified, name, memory_bytes, processes)
        memory = _make(mounts["memory"], "memory", name)
        (memory / "memory.limit_in_bytes").write_text(str(memory_bytes))
        with contextlib.suppress(OSError):  # not there unless the kernel accounts swap
            (memory / "memory.memsw.limit_in_bytes").write_text(str(memory_bytes))
        pids = _make(mounts["pids"], "pids", name)
        (pids / "pids.max").write_text(str(processes))
        folders, weight = [memory, pids], None
        with contextlib.suppress(OSError, KeyError):
            folders.append(processors := _make(mounts["cpu"], "cpu", name))
            weight = Weight.of(processors / "cpu.shares")
        return CellGroup(tuple(folders), memory / "memory.oom_control", weight)
    except (OSError, KeyError):
        return None


def _make_unified(mount: Path, name: str, memory_bytes: int, processes: int) -> CellGroup:
    parent = place_of_cells(mount, mount / _own_path("").lstrip("/"))
    (parent / "cgroup.subtree_control").write_text("+memory +pids")
    with contextlib.suppress(OSError):  # the ordinary user of a systemd is not given it
        (parent / "cgroup.subtree_control").write_text("+cpu")
    folder = parent / name
    folder.mkdir(exist_ok=True)
    (folder / "memory.max").write_text(str(memory_bytes))
    with contextlib.suppress(OSError):
        (folder / "memory.swap.max").write_text("0")
    (folder / "pids.max").write_text(str(processes))
    weight = None
    with contextlib.suppress(OSError):
        weight = Weight.of(folder / "cpu.weight")
    return CellGroup((folder,), folder / "memory.events", weight)


def _make(mount: Path, controller: str, name: str) -> Path:
    folder = mount / _own_path(controller).lstrip("/") / name
    folder.mkdir(exist_ok=True)
    return folder


def _mounts() -> dict[str, Path]:
    """Where each controller of version 1 is mounted, and ``""`` for version 2."""
    found: dict[str, Path] = {}
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, target, kind, options, *_ = line.split()
        if kind == "cgroup":
            found |= dict.fromkeys(options.split(","), Path(target))
        elif kind == "cgroup2":
            found[""] = Path(target)
    return found


def _own_path(controller: str) -> str:
    """The group this process is in; ``""`` asks for version 2's."""
    for line in Path(f"/proc/{os.getpid()}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path
    return "/"
