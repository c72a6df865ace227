"""The kernel's limits on a run: the first line, behind the exact meter."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
from jobe_torch.cell.limits import apply
from jobe_torch.cell.wire import Limits
limits = Limits(float(sys.argv[1]), 60, 0, -1, 1, 30)
apply(limits, baseline_bytes=0, cpu_seconds=0.4, others=400, reserves=True)
print(*resource.getrlimit(resource.RLIMIT_CPU))
"""


@pytest.mark.parametrize("cpu_seconds", [0.25, 5.0, 120.0])
def test_the_kernel_ends_a_busy_run_only_where_the_meter_failed_to(cpu_seconds: float) -> None:
    # The kernel counts whole ticks: 6 s of them were 4.99 s on a busy machine.
    command = [sys.executable, "-c", PROGRAM, str(cpu_seconds)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    soft, hard = map(int, said.split())
    assert soft == hard  # or the program could ignore the signal, or go on after it
    assert 2 * cpu_seconds < hard <= 2 * cpu_seconds + 2


ALL = """
import resource
from jobe_torch.cell.limits import apply
from jobe_torch.cell.wire import Limits
limits = Limits(5, 60, 1 << 30, 1 << 20, 1, 30)
apply(limits, baseline_bytes=1 << 20, cpu_seconds=0, others=2, reserves=False)
for name in ("AS", "DATA", "FSIZE", "NPROC", "NOFILE"):
    print(name, *resource.getrlimit(getattr(resource, f"RLIMIT_{name}")))
"""


def test_no_limit_can_be_raised_again() -> None:
    said = subprocess.run([sys.executable, "-c", ALL], capture_output=True, text=True, check=True)
    both = {
        name: (int(soft), int(hard))
        for name, soft, hard in map(str.split, said.stdout.splitlines())
    }
    expected = {
        "AS": 128 << 30,
        "DATA": (1 << 30) + (1 << 20),
        "FSIZE": 1 << 20,
        "NPROC": 30 + 2,
        "NOFILE": 1024,
    }
    assert both == {name: (value, value) for name, value in expected.items()}
