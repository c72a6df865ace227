"""Cells that answer what a test says."""

from __future__ import annotations

from collections.abc import Callable

from jobe_torch.cell.wire import Job, Report, StepOutcome
from jobe_torch.pool.status import PoolStatus

__all__ = ["ScriptedCells", "outcome"]


def outcome(stdout: bytes = b"", stderr: bytes = b"", exit_code: int = 0) -> StepOutcome:
    return StepOutcome(
        exit_code=exit_code,
        signal=None,
        timed_out=None,
        out_of_memory=False,
        cpu_seconds=0.5,
        wall_seconds=0.75,
        stdout=stdout,
        stderr=stderr,
        stdout_dropped=0,
        stderr_dropped=0,
    )


class ScriptedCells:
    """Cells that answer what a test says, and remember what they were asked."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.keys: list[str] = []
        self.shares: list[float] = []
        self.answer: StepOutcome | Exception = outcome(b"hi\n")
        self.now = PoolStatus(
            slots=(),
            waiting=0,
            line_length=256,
            draining=False,
            cells_started=0,
            cells_lost=0,
            start_failures=0,
        )

    def run(
        self,
        job: Job,
        *,
        key: str = "",
        share: float = 1.0,
        gone: Callable[[], bool] = lambda: False,
        waited: Callable[[float], None] = lambda _seconds: None,
    ) -> Report:
        del gone
        if job.id.startswith("version-"):
            present = job.run.argv[0] == "python3"
            step = outcome(b"Python 3.11.2\n") if present else outcome(exit_code=127)
            return Report(job.id, None, compile_failed=False, run=step, warm=False)
        waited(0.25)
        self.jobs.append(job)
        self.keys.append(key)
        self.shares.append(share)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Report(job.id, outcome(), compile_failed=False, run=self.answer, warm=job.warm)

    def status(self) -> PoolStatus:
        return self.now
