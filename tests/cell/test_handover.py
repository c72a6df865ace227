"""What the agent packs is what a spare reads."""

from __future__ import annotations

import io

import pytest

from jobe_torch.cell import handover
from jobe_torch.cell.wire import File, Job, Limits, Step

LIMITS = Limits(1.5, 3.0, 200 << 20, -1, 1 << 20, 10)
RUN = Step(("python3", "-BE", "prog.py", "a", "b"), LIMITS)
FILES = (File("prog.py", b"print(1)"), File("d\udcff.bin", bytes(range(256))))


def read(packed: bytes) -> handover.Task:
    """As a stream that comes in small pieces."""
    stream = io.BytesIO(packed)
    return handover.read(lambda wanted: stream.read(min(wanted, 7)))


def test_a_job_becomes_a_task() -> None:
    check = Step(("python3",), Limits(1, 1, 77, -1, 88, 1))
    job = Job("id", FILES, b"in", check, RUN, warm=True, source="prog.py", run_args=2)
    assert read(handover.pack(job)) == handover.Task(
        source="prog.py",
        arguments=("a", "b"),
        files=FILES,
        stdin=b"in",
        check=check.limits,
        limits=LIMITS,
    )


def test_without_arguments_and_check() -> None:
    task = read(handover.pack(Job("id", (), b"", None, RUN, warm=True, source="prog.py")))
    assert (task.arguments, task.check) == ((), None)


def test_an_end_in_the_middle_is_told() -> None:
    packed = handover.pack(Job("id", FILES, b"", None, RUN, warm=True, source="prog.py"))
    with pytest.raises(EOFError):
        read(packed[:-1])
