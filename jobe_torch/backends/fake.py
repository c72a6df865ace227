"""A scripted backend: what cells do is said by the test."""

from __future__ import annotations

import threading
from collections.abc import Callable

from jobe_torch.backends.base import CellLost
from jobe_torch.cell.wire import Job, Ready, Report, StepOutcome

__all__ = ["FakeBackend", "FakeCell", "Play", "report", "succeed"]

READY = Ready(python="3.11.0", modules={"torch": "2.13.0"}, jail="userns", memory_bytes=1 << 20)

Play = Callable[["FakeCell", Job], Report]
"""What a cell does with a job. It may wait on ``cell.closed`` and raise `CellLost`."""


def report(job: Job, *, stdout: bytes = b"", stderr: bytes = b"") -> Report:
    """The report of a run that ended by itself."""
    outcome = StepOutcome(
        exit_code=0,
        signal=None,
        timed_out=None,
        out_of_memory=False,
        cpu_seconds=0.01,
        wall_seconds=0.01,
        stdout=stdout,
        stderr=stderr,
        stdout_dropped=0,
        stderr_dropped=0,
    )
    return Report(id=job.id, compile=None, compile_failed=False, run=outcome, warm=job.warm)


def succeed(cell: FakeCell, job: Job) -> Report:
    """Every run says which cell it was in."""
    return report(job, stdout=cell.name.encode())


class FakeCell:
    """A cell without a process."""

    def __init__(self, name: str, play: Play) -> None:
        self.name = name
        self.ready = READY
        self.closed = threading.Event()
        self.jobs: list[Job] = []
        self._play = play
        self._dead = False

    def run(self, job: Job) -> Report:
        """Play the job; a cell that was closed meanwhile is lost."""
        if self._dead:
            raise CellLost(f"{self.name} is dead", started=False)
        self.jobs.append(job)
        played = self._play(self, job)
        if self.closed.is_set():
            raise CellLost(f"{self.name} was closed", started=True)
        return played

    def die(self) -> None:
        """Be gone, as a cell whose agent was killed while idle."""
        self._dead = True

    def alive(self) -> bool:
        """Whether nobody closed or killed it."""
        return not (self._dead or self.closed.is_set())

    def close(self) -> None:
        """End the cell."""
        self.closed.set()


class FakeBackend:
    """Cells without processes.

    Args:
        play: What each cell does with a job.
        start: Called with the slot before each start; it may wait or raise `BackendError`.
    """

    name = "fake"

    def __init__(
        self, play: Play = succeed, *, start: Callable[[int], object] = lambda _slot: None
    ) -> None:
        self._play = play
        self._start = start
        self.cells: list[FakeCell] = []
        """Every cell ever started, in order."""
        self.closed = threading.Event()
        self.fault: str | None = None
        """Why no cell could be started now."""

    def start_cell(self, slot: int) -> FakeCell:
        """Start a cell named after its slot and its number."""
        self._start(slot)
        cell = FakeCell(f"fake-{slot}-{len(self.cells)}", self._play)
        self.cells.append(cell)
        return cell

    def check(self) -> str | None:
        """Cells can be started until the backend is closed or has a fault."""
        return "closed" if self.closed.is_set() else self.fault

    def close(self) -> None:
        """Release nothing."""
        self.closed.set()
