"""The pages that a run touches: each spare takes its own copies of them while it waits.

After a fork all pages are shared, and the first touch of each costs a run a
fault: a thousand of them take longer than a small program itself. Which pages
these are is learnt from a run of our own, the rehearsal, in a cell's first spare.
"""

from __future__ import annotations

import bisect
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from jobe_torch.cell import linux
from jobe_torch.cell.wire import File, Job, Limits, Step

__all__ = ["WorkingSet", "rehearsal"]

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_RANGE = re.compile("^([0-9a-f]+) ([0-9a-f]+)$", re.MULTILINE)
_AT_A_TIME = 32
"""Ranges between two looks at whether the job is there: about 0.1 ms."""
_PROGRAM = os.path.join(os.path.dirname(__file__), "rehearsal.py")
_LIMITS = Limits(
    cpu_seconds=60,
    wall_seconds=60,
    memory_bytes=0,
    file_bytes=-1,
    stream_bytes=1 << 16,
    processes=100,
)


def rehearsal(source: str) -> Job:
    """A run that does what students' do and says on stderr which pages that took.

    Args:
        source: name of its program.
    """
    step = Step(("python3", "-BE", source), _LIMITS)
    with open(_PROGRAM, "rb") as program:
        files = (File(source, program.read()),)
    return Job("rehearsal", files, b"", compile=step, run=step, warm=True, source=source)


@dataclass(frozen=True, slots=True)
class WorkingSet:
    """Ranges of private memory that runs write to: start and length in bytes."""

    ranges: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, said: str) -> WorkingSet:
        """What a rehearsal said, as far as the calling process, its parent, has it mapped too."""
        own = _mappings()
        found = []
        for range_ in _RANGE.finditer(said):  # a library may have said something too
            start, length = (int(number, 16) * _PAGE_BYTES for number in range_.groups())
            mapping = own[bisect.bisect(own, (start, 1 << 64)) - 1]
            if mapping[0] <= start < mapping[1]:
                found.append((start, min(length, mapping[1] - start)))
        return cls(tuple(found))

    def populate(self, wanted_elsewhere: Callable[[], bool]) -> None:
        """Give the calling process copies of its own, until it has something better to do."""
        for number, (start, length) in enumerate(self.ranges):
            if number % _AT_A_TIME == 0 and wanted_elsewhere():
                return
            linux.populate(start, length)


def _mappings() -> list[tuple[int, int]]:
    with open("/proc/self/maps") as maps:
        spans = [line.partition(" ")[0].partition("-") for line in maps]
    return [(int(start, 16), int(end, 16)) for start, _, end in spans]
