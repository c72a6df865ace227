"""Names of control groups that tell whose they are, and the removal of what dead servers left.

A server that is killed cannot remove the groups of its cells. They are empty, and the next one
that makes groups beside them does it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from jobe_torch.backends.cgroup import CellGroup

__all__ = ["name_of_group", "remove_left_groups"]

_PREFIX = "jobe-torch"
_START = 19  # of a process, in ticks since the machine's; proc_pid_stat(5), after the name


def name_of_group(cell: str) -> str:
    """A name that no other server gives, dead or alive: pids come again, their starts do not."""
    pid = os.getpid()
    return f"{_PREFIX}-{_pid_namespace()}-{pid}-{_start(pid)}-{cell}"


def remove_left_groups(group: CellGroup) -> None:
    """Remove the groups beside this one whose server is dead, but for those still in use."""
    for folder in group.folders:
        for other in folder.parent.glob(f"{_PREFIX}-*-*-*-*/"):
            if _is_left(other.name):
                with contextlib.suppress(OSError):  # it is not empty, or not ours
                    other.rmdir()


def _is_left(name: str) -> bool:
    namespace, pid, start = name.removeprefix(f"{_PREFIX}-").split("-")[:3]
    # Of another namespace's processes nothing can be known.
    return namespace == _pid_namespace() and pid.isdigit() and start != _start(int(pid))


def _pid_namespace() -> str:
    return str(Path("/proc/self/ns/pid").stat().st_ino)


def _start(pid: int) -> str:
    """When a process started; empty if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[_START]
    except (FileNotFoundError, ProcessLookupError):
        return ""
