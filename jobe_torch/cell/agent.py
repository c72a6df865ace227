"""The agent: the first process of a cell. It starts and ends runs and is never one itself.

It speaks frames (`wire`) with the server on its standard input and output, and
logs to its standard error. It has one thread and does one thing at a time: put
a spare in place, wait for a job, see it through, report, clear it away.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

from jobe_torch.cell import linux
from jobe_torch.cell.cold import run_cold
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.group import GroupMemory, MemoryKept, container_oom_events, enter_groups
from jobe_torch.cell.home import home_files
from jobe_torch.cell.interpreter import USUAL_SOURCE, environment_for
from jobe_torch.cell.jail import Holder, JailError, Level
from jobe_torch.cell.seccomp import SeccompUnavailable, compile_filter
from jobe_torch.cell.supervise import ServerGone, Surroundings
from jobe_torch.cell.twin import Twins
from jobe_torch.cell.wall import enter_cell
from jobe_torch.cell.warm import Spare, Zygote
from jobe_torch.cell.wire import (
    Job,
    Message,
    Ready,
    Report,
    Started,
    Void,
    WireError,
    encode,
    read_frame,
)
from jobe_torch.cell.working_set import rehearsal

__all__ = ["main"]


def main() -> NoReturn:
    """Be the agent of one cell until the server hangs up.

    The kernel ends the rest of the cell with this process.
    """
    config = CellConfig.from_json(sys.argv[1])
    try:
        seccomp = compile_filter()
        doors = enter_groups(config.doors)
        memory = GroupMemory(container_oom_events() if config.contained else config.oom_events)
        enter_cell(config.wall)
        _Agent(config, seccomp, memory, doors).serve()
    except (JailError, MemoryKept, SeccompUnavailable, WireError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except (EOFError, ServerGone, BrokenPipeError, ConnectionResetError):
        sys.exit(0)


class _Agent:
    def __init__(
        self, config: CellConfig, seccomp: bytes, memory: GroupMemory, doors: Sequence[int]
    ) -> None:
        linux.set_dumpable(value=False)
        linux.return_large_memory()
        self._config = config
        self._memory = memory
        self._identity = config.wall.identity
        self._shown = config.wall.shown
        self._home = home_files(config.python)
        environment = environment_for(config.python)
        if config.gpu:
            environment |= config.gpu.environment
        if config.level is Level.USERNS1:
            # The zygote must keep them, and holders too: else runs, which have the same uid,
            # could look into them.
            linux.keep_capabilities_over_exec()
        self._zygote = Zygote(config, self._identity, seccomp, environment, doors)
        for door in doors:
            os.close(door)
        if config.gpu:  # from here on: the zygote sees none
            environment["CUDA_VISIBLE_DEVICES"] = config.gpu.uuid
        linux.drop_bounding_set()  # not before: the zygote would lose by execve what it has
        self._twins = Twins(
            self._identity, seccomp, environment, config.python, on_gpu=config.gpu is not None
        )
        self._spare = self._make_spare()
        self._from_server, self._to_server = _take_channel()
        self._rehearse()

    def _rehearse(self) -> None:
        """Learn from one run which pages the next ones will touch."""
        run = self._spare.run(rehearsal(USUAL_SOURCE), self._surroundings(set())).run
        if run is not None and run.exit_code == 0:
            self._zygote.learn(run.stderr)
        self._renew_spare()
        self._memory.note_idle()

    def serve(self) -> NoReturn:
        """Say ready, then do jobs."""
        self._send(
            Ready(
                python=".".join(map(str, sys.version_info[:3])),
                modules=self._zygote.versions,
                jail=self._config.level.value,
                memory_bytes=self._memory.idle_bytes or self._zygote.memory_bytes,
            )
        )
        while True:
            job = self._await_job()
            if not self._spare.waits():
                self._renew_spare()
            self._memory.forget_kills()
            self._send(Started(job.id))
            if self._config.gpu:
                self._execute_on_gpu(job)
            else:
                self._execute(job)

    def _await_job(self) -> Job:
        if self._config.gpu and not self._hear(self._config.gpu.idle_seconds):
            self._spare.give_up()  # others may need the GPU's memory
        job = read_frame(lambda size: os.read(self._from_server, size))
        if not isinstance(job, Job):
            raise WireError(f"{type(job).__name__} where a job belongs")
        return job

    def _hear(self, seconds: float) -> bool:
        ready, _, _ = select.select((self._from_server,), (), (), seconds)
        return bool(ready)

    @contextlib.contextmanager
    def _executed(self, job: Job) -> Iterator[Report]:
        """Execute a job and yield its report, which can be told before the cell is cleared up."""
        if job.warm:
            yield self._spare.run(job, self._surroundings(set()))
            self._renew_spare()
        else:
            waiting = {self._spare.pid, self._spare.holder.pid}
            holder = self._make_holder()
            surroundings = self._surroundings(waiting)
            yield run_cold(self._twins, holder, job, surroundings, self._spare.context)
            holder.kill()
            self._memory.wait_until_given_back()

    def _execute(self, job: Job) -> None:
        with self._executed(job) as report:
            self._send(report)

    def _execute_on_gpu(self, job: Job) -> None:
        """Execute a job, and tell of its failure only when the GPU is seen to be well.

        A run whose GPU was lost ends as one does whose own kernel is at fault; but then the
        next spare gets no context.
        """
        try:
            with self._executed(job) as report:
                succeeded = report.run is None or report.run.exit_code == 0
                if succeeded:
                    self._send(report)
            if not succeeded:
                if not job.warm:
                    self._spare.give_up()
                    self._renew_spare()
                self._send(report)
        except JailError as error:
            self._send(Void(job.id, str(error)))
            raise

    def _surroundings(self, waiting: set[int]) -> Surroundings:
        own = frozenset({os.getpid(), self._zygote.pid} | waiting)
        return Surroundings(own, self._from_server, self._memory)

    def _renew_spare(self) -> None:
        self._spare.end()
        self._memory.wait_until_given_back()  # or the zygote could be killed for it
        self._spare = self._make_spare()

    def _make_spare(self) -> Spare:
        return Spare(self._zygote, self._make_holder())

    def _make_holder(self) -> Holder:
        return Holder(self._identity, self._config.spaces, self._shown, self._home)

    def _send(self, message: Message) -> None:
        frame = memoryview(encode(message))
        while frame:
            frame = frame[os.write(self._to_server, frame) :]


def _take_channel() -> tuple[int, int]:
    """Move the server's stream away from 0 and 1, where a stray print would spoil it."""
    channel = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return channel
