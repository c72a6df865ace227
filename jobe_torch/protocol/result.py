"""From a report of facts to the answer a client gets (protocol reference §9)."""

from __future__ import annotations

import signal
from typing import Protocol

from jobe_torch.cell.wire import Report, StepOutcome
from jobe_torch.protocol.text import clean
from jobe_torch.protocol.verdict import RunResult, Verdict

__all__ = ["OVERLOADED", "Diagnostics", "judge"]

OVERLOADED = RunResult(run_id="0", outcome=Verdict.OVERLOAD)
"""The answer when no cell could take the run."""

# The shell of the reference says nothing of these two.
_UNNAMED_SIGNALS = frozenset({signal.SIGINT, signal.SIGPIPE})


class Diagnostics(Protocol):
    """What a language's tools say in a way of their own."""

    def compile_text(self, stdout: bytes, stderr: bytes) -> bytes:
        """What the student reads of a failed compile step."""

    def run_stderr(self, stderr: bytes) -> bytes:
        """The run step's stderr without what the tool alone put there."""


def judge(report: Report, language: Diagnostics, *, run_id: str | None = None) -> RunResult:
    """The result of a run.

    The exit status does not count, as in the reference. Nothing the program
    prints can pass for a time-out or a memory limit: those come from the cell.

    Raises:
        ValueError: The report tells of no step at all; that is the cell's fault.
    """
    if report.run is None:
        if report.compile is None:
            raise ValueError(f"the report of job {report.id} has no steps")
        cmpinfo = _compile_text(report.compile, language)
        return RunResult(run_id, Verdict.COMPILE_ERROR, cmpinfo=cmpinfo)
    stdout = clean(report.run.stdout)
    if report.run.out_of_memory:
        return RunResult(run_id, Verdict.MEMORY_LIMIT, stdout=stdout)
    if report.run.timed_out:
        return RunResult(run_id, Verdict.TIME_LIMIT, stdout=stdout)
    stderr = clean(language.run_stderr(report.run.stderr) + _last_words(report.run))
    verdict = Verdict.RUNTIME_ERROR if stderr else Verdict.SUCCESS
    return RunResult(run_id, verdict, stdout=stdout, stderr=stderr)


def _compile_text(step: StepOutcome, language: Diagnostics) -> str:
    """Never empty: clients know a compile error by its text."""
    said = language.compile_text(step.stdout, step.stderr) + _last_words(step)
    if step.timed_out:
        said += b"Time limit exceeded\n"
    elif step.out_of_memory:
        said += b"Memory limit exceeded\n"
    return clean(said) or f"The compiler failed silently (exit status {step.exit_code})\n"


def _last_words(step: StepOutcome) -> bytes:
    """What a shell says of a program that a signal ended."""
    if step.signal is None or step.signal in _UNNAMED_SIGNALS or step.timed_out:
        return b""
    return f"{signal.strsignal(step.signal) or f'Signal {step.signal}'}\n".encode()
