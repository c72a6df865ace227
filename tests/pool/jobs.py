"""What the pool is given, and how to wait for what it does."""

import time
from collections.abc import Callable

from jobe_torch.cell.wire import Job, Limits, Report, Step

LIMITS = Limits(
    cpu_seconds=1,
    wall_seconds=2,
    memory_bytes=0,
    file_bytes=-1,
    stream_bytes=1000,
    processes=10,
)


def job(name: str = "job") -> Job:
    return Job(id=name, files=(), stdin=b"", compile=None, run=Step(("true",), LIMITS))


def output(got: Report) -> str:
    assert got.run is not None
    return got.run.stdout.decode()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.002)
