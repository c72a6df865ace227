"""One program run twice, cold and warm, and what a client or the program could tell apart."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from jobe_torch.cell.wire import Report, StepOutcome
from tests.cells import Bench, Program

__all__ = ["assert_same", "run_twins"]

_ADDRESS = re.compile(rb"0x[0-9a-f]{9,}")
"""Where an object lies in memory: it differs between any two processes."""
_PROCESS = re.compile(rb"(?<=This process \(pid=)\d+")
"""From Python 3.12 on a fork beside threads warns with it; a cold run's compile check takes one."""


def run_twins(
    bench: Bench, program: Program, neighbour: Bench | None = None
) -> tuple[Report, Report]:
    """The reports of a cold run and a warm one; both were what they should be.

    Args:
        neighbour: a second cell: there the warm run takes place at the same time.
    """
    cells = (bench, neighbour or bench)
    with ThreadPoolExecutor(max_workers=len(set(cells))) as pool:
        pending = [pool.submit(cells[warm].run, program, warm=warm) for warm in (False, True)]
    try:
        cold, warm = (run.result() for run in pending)
    except BaseException:
        for cell in set(cells):
            cell.renew()
        raise
    assert not cold.warm
    return cold, warm


def assert_same(cold: Report, warm: Report) -> None:
    """All that is told of the two runs is equal, but for times and addresses."""
    assert _facts(warm.compile) == _facts(cold.compile)
    assert warm.compile_failed == cold.compile_failed
    assert _facts(warm.run) == _facts(cold.run)


def _facts(step: StepOutcome | None) -> StepOutcome | None:
    if step is None:
        return None
    stdout, stderr = (_ADDRESS.sub(b"0x", stream) for stream in (step.stdout, step.stderr))
    stderr = _PROCESS.sub(b"", stderr)
    return replace(step, cpu_seconds=0.0, wall_seconds=0.0, stdout=stdout, stderr=stderr)
