"""A cold run: its steps are commands, executed by twins in a jail of the run's own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial

from jobe_torch.cell.gpu import Context
from jobe_torch.cell.jail import Holder
from jobe_torch.cell.limits import Meter, run_delay_seconds
from jobe_torch.cell.supervise import Ended, Surroundings, Watch, supervise
from jobe_torch.cell.twin import Twins
from jobe_torch.cell.wire import Job, Report, Step, StepOutcome
from jobe_torch.cell.workspace import open_stdin

__all__ = ["run_cold"]


def run_cold(
    twins: Twins, holder: Holder, job: Job, surroundings: Surroundings, context: Context
) -> Report:
    """See a cold job through. The holder must be killed afterwards.

    Args:
        context: what one takes of the cell's GPU; the limits of a run do not count its own.

    Raises:
        OSError: the run could not be prepared.
        ServerGone: nobody waits any more.
    """
    twins.write_files(holder, job.files)
    checked = None
    if job.compile:
        sweep = partial(twins.sweep, holder)
        checked = _step(twins, holder, job.compile, b"", surroundings, context, sweep)
        complained = checked.stderr or checked.stderr_dropped
        if complained or checked.timed_out or checked.signal:
            return Report(job.id, checked, compile_failed=True, run=None, warm=False)
        sweep()
    run = _step(twins, holder, job.run, job.stdin, surroundings, context, holder.stop)
    return Report(job.id, checked, compile_failed=False, run=run, warm=False)


class _Child:
    """A child of the agent, as a process to supervise."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._pidfd = os.pidfd_open(pid)

    def fileno(self) -> int:
        return self._pidfd

    def collect(self) -> Ended:
        waiting_seconds = run_delay_seconds(f"/proc/{self._pid}")
        _, status, usage = os.wait4(self._pid, 0)
        os.close(self._pidfd)
        return Ended(status, usage.ru_utime + usage.ru_stime, waiting_seconds)

    def said_end(self) -> None:
        """Any command may close its streams and go on."""


def _step(
    twins: Twins,
    holder: Holder,
    step: Step,
    stdin: bytes,
    surroundings: Surroundings,
    context: Context,
    sweep: Callable[[], None],
) -> StepOutcome:
    read_stdout, stdout = os.pipe()
    read_stderr, stderr = os.pipe()
    source = open_stdin(stdin)
    began = time.monotonic()
    process = _Child(twins.start(holder, step, (source, stdout, stderr), context))
    for descriptor in (source, stdout, stderr):
        os.close(descriptor)
    try:
        meter = Meter(surroundings.own, holder.pid)
        outcome = supervise(
            process,
            read_stdout,
            read_stderr,
            Watch(step.limits, meter, began, 0.0, surroundings),
            kill=holder.stop,
            sweep=sweep,
        )
        if outcome.was_killed:
            holder.check()
        return outcome
    finally:
        os.close(read_stdout)
        os.close(read_stderr)
