"""Where in version 2's tree of control groups a server makes those of its cells.

A group whose processes are its own can hand no controller down to others: "no internal
processes", cgroups(7). Only the root group is exempt. So a server that was given a part of
the tree, which is what ``Delegate=yes`` asks of systemd (https://systemd.io/CGROUP_DELEGATION),
first moves out of the way, together with all that runs there. Elsewhere root makes groups at
the top, as container engines do, for systemd owns what lies between.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

__all__ = ["place_of_cells"]

_OUT_OF_THE_WAY = "jobe-torch-server"
_MARK = "trusted.delegate"
"""What systemd puts on a group that it handed over to root. To others it gives the group itself."""
_TRIES = 20


def place_of_cells(top: Path, own: Path) -> Path:
    """The group in which to make others, with controllers.

    Args:
        top: where version 2 is mounted.
        own: the group in which this process stands, below it.

    Raises:
        OSError: others' processes stand there and may not be moved.
    """
    if own.name == _OUT_OF_THE_WAY:
        return own.parent
    if not _ours(top, own):
        return top
    _clear(own)
    return own


def _ours(top: Path, own: Path) -> bool:
    if own == top:
        return (own / "cgroup.type").exists()  # a container's; the root group has none
    if user := os.geteuid():
        return own.stat().st_uid == user
    try:
        return os.getxattr(own, _MARK) == b"1"
    except OSError:
        return False


def _clear(group: Path) -> None:
    aside = group / _OUT_OF_THE_WAY
    aside.mkdir(exist_ok=True)
    for _ in range(_TRIES):  # what they start meanwhile comes after them
        pids = (group / "cgroup.procs").read_text().split()
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # it ended meanwhile
                (aside / "cgroup.procs").write_text(pid)
