from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from jobe_torch.http.memory import return_large_blocks

def resident_bytes():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

if sys.argv[1] == "yes":
    return_large_blocks()
before = resident_bytes()
for _ in range(4):
    block = b"x" * 20_000_000
    del block
print(resident_bytes() - before)
"""


def growth_bytes(returning: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, returning], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_freed_bodies_are_given_back() -> None:
    assert growth_bytes("yes") < 4_000_000


def test_by_itself_the_c_library_keeps_them() -> None:
    """Where this fails, `return_large_blocks` has become needless."""
    assert growth_bytes("no") > 16_000_000
