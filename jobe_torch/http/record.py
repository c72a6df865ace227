"""What is kept of a run: its log line and its share of the metrics. Never its text."""

from __future__ import annotations

from dataclasses import dataclass

from jobe_torch.cell.wire import Job, Report
from jobe_torch.protocol.verdict import Verdict

__all__ = ["RunRecord", "Usage"]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run used; nothing where it was not executed."""

    warm: bool = False
    """A spare took it."""
    wall_seconds: float = 0
    """Of the steps, as the cell counts."""
    cpu_seconds: float = 0
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    dropped_bytes: int = 0
    """Output past the stream limit."""

    @classmethod
    def of(cls, report: Report) -> Usage:
        """What a report tells of it."""
        steps = [step for step in (report.compile, report.run) if step]
        return cls(
            warm=report.warm,
            wall_seconds=sum(step.wall_seconds for step in steps),
            cpu_seconds=sum(step.cpu_seconds for step in steps),
            stdout_bytes=sum(len(step.stdout) for step in steps),
            stderr_bytes=sum(len(step.stderr) for step in steps),
            dropped_bytes=sum(step.stdout_dropped + step.stderr_dropped for step in steps),
        )


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run that was answered with an outcome."""

    job: Job
    client_job: str
    """The client's name for it (``X-CodeRunner-Job-Id``)."""
    key: str
    """Name of the access key; empty where none is required."""
    language: str
    outcome: Verdict
    refusal: str
    """Why it was not executed; empty where it was."""
    total_seconds: float
    """From the body's arrival to the result."""
    wait_seconds: float
    """In the line for a cell."""
    cell_seconds: float
    """From the hand-over to a cell to its report."""
    usage: Usage

    def as_timing(self) -> str:
        """Where the time went, as the value of a header ``Server-Timing`` (W3C)."""
        parts = {
            "server": self.total_seconds - self.wait_seconds - self.cell_seconds,
            "wait": self.wait_seconds,
            "handover": self.cell_seconds - self.usage.wall_seconds,
            "program": self.usage.wall_seconds,
        }
        return ", ".join(f"{name};dur={1000 * seconds:.3f}" for name, seconds in parts.items())

    def as_log(self) -> dict[str, object]:
        """The fields of its log line."""
        usage = self.usage
        return {
            "id": self.job.id,
            "job": self.client_job,
            "key": self.key,
            "language": self.language,
            "gpu": self.job.gpu,
            "outcome": self.outcome.name.lower(),
            "refusal": self.refusal,
            "warm": usage.warm,
            "total_seconds": round(self.total_seconds, 4),
            "wait_seconds": round(self.wait_seconds, 4),
            "wall_seconds": round(usage.wall_seconds, 4),
            "cpu_seconds": round(usage.cpu_seconds, 4),
            "file_bytes": [len(file.content) for file in self.job.files],
            "stdin_bytes": len(self.job.stdin),
            "stdout_bytes": usage.stdout_bytes,
            "stderr_bytes": usage.stderr_bytes,
            "dropped_bytes": usage.dropped_bytes,
        }
