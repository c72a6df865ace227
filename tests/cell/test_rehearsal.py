"""The rehearsal looks at memory that a run has written to, and at what it has executed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jobe_torch.cell

REHEARSAL = Path(jobe_torch.cell.__file__).with_name("rehearsal.py")
# As CUDA does, in a process that cannot hold a page map of it.
RESERVE = """
import ctypes, resource
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
mmap = ctypes.CDLL(None).mmap
mmap.restype, size = ctypes.c_void_p, 1 << 40
reserved = mmap(None, ctypes.c_size_t(size), 0, 0x4022, -1, ctypes.c_long(0))
assert reserved != 2**64 - 1
print(reserved >> 12, (reserved + size) >> 12)
"""


EXECUTE = """
import ctypes
getpid = ctypes.CDLL(None).getpid
print(getpid() and ctypes.cast(getpid, ctypes.c_void_p).value >> 12, id(getpid) >> 12)
"""


def rehearse(prelude: str) -> tuple[list[int], list[range]]:
    """What a prelude says, and the pages that the rehearsal then tells."""
    future = "from __future__ import annotations\n"
    source = future + prelude + REHEARSAL.read_text().replace(future, "")
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    )
    said = list(map(int, done.stdout.splitlines()[0].split()))
    told = [line.split() for line in done.stderr.splitlines()]
    starts = [(int(start, 16), int(count, 16)) for start, count in told]
    return said, [range(start, start + count) for start, count in starts]


def test_address_space_that_is_only_reserved_is_passed_over() -> None:
    (first, behind), told = rehearse(RESERVE)
    assert told
    assert not [pages for pages in told if first <= pages.start < behind]


def test_what_was_written_is_told_before_what_was_executed() -> None:
    (executed, written), told = rehearse(EXECUTE)
    places = [
        next(number for number, pages in enumerate(told) if page in pages)
        for page in (written, executed)
    ]
    assert places == sorted(places)
    assert len(set(places)) == 2
