"""The pages that a run touches: each spare takes them, with copies of its own, while it waits.

After a fork all pages are shared, and the first touch of each costs a run a
fault: a thousand of them take longer than a small program itself. Which pages
these are is learnt from a run of our own, the rehearsal, in a cell's first spare.
"""

from __future__ import annotations

import array
import bisect
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from jobe_torch.cell import linux
from jobe_torch.cell.wire import File, Job, Limits, Step

__all__ = ["WorkingSet", "rehearsal"]

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_RANGE = re.compile("^([0-9a-f]+) ([0-9a-f]+)$", re.MULTILINE)
_AT_A_TIME = 32
"""Ranges between two looks at whether the job is there: about 0.1 ms."""
_REST_SECONDS = 0.02
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
    """Ranges of memory that runs write to, and then those that they read and execute of files.

    Numbers in two blocks: to look at an object is to write to it, and copies its page.
    """

    starts: array.array[int] = field(default_factory=lambda: array.array("Q"))
    """First byte of each."""
    lengths: array.array[int] = field(default_factory=lambda: array.array("Q"))
    """Bytes of each."""
    written: int = 0
    """How many are written to."""

    @classmethod
    def of(cls, said: str) -> WorkingSet:
        """What a rehearsal said, as far as the calling process, its parent, has it mapped too."""
        starts, ends, writable = _mappings()
        found = cls()
        written = 0
        for range_ in _RANGE.finditer(said):  # a library may have said something too
            start, length = (int(number, 16) * _PAGE_BYTES for number in range_.groups())
            number = bisect.bisect(starts, start) - 1
            if number >= 0 and start < ends[number]:
                found.starts.append(start)
                found.lengths.append(min(length, ends[number] - start))
                written += writable[number]
        return replace(found, written=written)

    def populate(self, wanted_within: Callable[[float], bool]) -> None:
        """Give them to the calling process, until it has something better to do.

        What is only read costs least when it is touched: it has time until nobody is in a hurry.

        Args:
            wanted_within: whether it has, in so many seconds from now.
        """
        for number in range(len(self.starts)):
            rest = _REST_SECONDS if number == self.written else 0.0
            if (rest or number % _AT_A_TIME == 0) and wanted_within(rest):
                return
            linux.populate(self.starts[number], self.lengths[number])


def _mappings() -> tuple[array.array[int], array.array[int], list[bool]]:
    """Where each starts and where it ends, and whether it can be written to."""
    starts, ends = array.array("Q"), array.array("Q")
    writable = []
    with open("/proc/self/maps") as maps:
        for line in maps:
            place, rights, _ = line.split(" ", 2)
            start, _, end = place.partition("-")
            starts.append(int(start, 16))
            ends.append(int(end, 16))
            writable.append("w" in rights)
    return starts, ends, writable
