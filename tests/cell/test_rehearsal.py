"""The rehearsal looks at memory that a run can write to, and at nothing else."""

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


def test_address_space_that_is_only_reserved_is_passed_over() -> None:
    future = "from __future__ import annotations\n"
    source = future + RESERVE + REHEARSAL.read_text().replace(future, "")
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    )
    first, behind = map(int, done.stdout.splitlines()[0].split())
    ranges = [
        (int(start, 16), int(count, 16))
        for start, count in map(str.split, done.stderr.splitlines())
    ]
    assert ranges
    assert not [start for start, _ in ranges if first <= start < behind]
