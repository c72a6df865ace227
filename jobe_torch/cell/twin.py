"""The spare's twin for everything that is not the warm interpreter: any command, same walls."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable
from typing import NoReturn

from jobe_torch.cell import limits, linux
from jobe_torch.cell.gpu import Context
from jobe_torch.cell.interpreter import restore_signals
from jobe_torch.cell.jail import Entrance, Holder, Identity
from jobe_torch.cell.linux import Namespace
from jobe_torch.cell.wire import File, Step
from jobe_torch.cell.workspace import write_files

__all__ = ["Twins"]

_NOT_FOUND = 127  # what a shell answers
_ALL_OF_A_CELL = 5  # agent, zygote, a spare and its holder, this run's holder


class Twins:
    """Makes processes behind a run's walls.

    Args:
        identity: whom they are executed as.
        seccomp: their filter.
        environment: all of their environment.
        python: the interpreter that the word ``python3`` stands for.
        on_gpu: whether they may use a GPU.
    """

    def __init__(
        self,
        identity: Identity,
        seccomp: bytes,
        environment: dict[str, str],
        python: str,
        *,
        on_gpu: bool = False,
    ) -> None:
        self._identity = identity
        self._seccomp = seccomp
        self._environment = environment
        self._python = python
        self._on_gpu = on_gpu
        self._own_namespace = os.pidfd_open(os.getpid())

    def write_files(self, holder: Holder, files: Iterable[File]) -> None:
        """Be the first behind a holder's walls, and write a run's files as its own user.

        Raises:
            OSError: not all could be written.
        """
        null = os.open(os.devnull, os.O_RDWR)
        streams = (null, null, null)
        pid = self._fork(holder, streams, lambda: write_files(files), first=True)
        os.close(null)
        _, status = os.waitpid(pid, 0)
        if status:
            raise OSError("the run's files could not be written")

    def sweep(self, holder: Holder) -> None:
        """Kill what an earlier step left running.

        Raises:
            OSError: it did not work; where there is one uid only, the run can stop whoever tries.
        """
        linux.setns(holder.pidfd, Namespace.PID)
        pid = os.fork()
        if pid == 0:
            _kill_all_others(self._identity)
        linux.setns(self._own_namespace, Namespace.PID)
        ended, status = os.waitpid(pid, os.WUNTRACED)
        if status:
            raise OSError(f"process {ended} did not sweep a jail (status {status})")

    def start(
        self, holder: Holder, step: Step, streams: tuple[int, int, int], context: Context
    ) -> int:
        """Start a step's command; returns its pid, which the caller reaps.

        Args:
            context: what a context on the cell's GPU takes.
        """
        return self._fork(holder, streams, lambda: self._execute(step, context))

    def _execute(self, step: Step, context: Context) -> NoReturn:
        # A waiting spare has the run's uid; with one uid only, so have all of the cell's.
        others = 1 if self._identity.switch else _ALL_OF_A_CELL
        command, *arguments = step.argv
        limits.apply(
            step.limits,
            baseline_bytes=context.memory_bytes,
            cpu_seconds=0,
            others=others + 2 * context.threads,  # the spare's and its own
            reserves=self._on_gpu or command != "python3",
        )
        restore_signals()
        program = self._python if command == "python3" else command
        try:
            os.execvpe(program, [program, *arguments], self._environment)
        except OSError as error:
            os.write(2, f"{command}: {error.strerror}\n".encode())
            os._exit(_NOT_FOUND)

    def _fork(
        self,
        holder: Holder,
        streams: tuple[int, int, int],
        then: Callable[[], None],
        *,
        first: bool = False,
    ) -> int:
        stdin, stdout, stderr = streams
        entrance = Entrance(
            holder.pidfd,
            self._identity,
            self._seccomp,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            first=first,
            dumpable=False,
            names_threads=self._on_gpu,
        )
        linux.setns(holder.pidfd, Namespace.PID)
        pid = os.fork()
        if pid:
            linux.setns(self._own_namespace, Namespace.PID)
            return pid
        try:
            entrance.take()
            then()
        except BaseException:  # noqa: BLE001 - nothing of the agent may go on in this process
            os._exit(1)
        os._exit(0)


def _kill_all_others(identity: Identity) -> NoReturn:
    """Kill all in this PID namespace but its PID 1, and exit.

    It takes the run's uid as its effective one only. That is enough to signal the run; but the run
    may signal, and so stop, only those that have its uid as a real or saved one; kill(2).
    """
    status = 1
    try:
        if identity.switch:
            os.seteuid(identity.uid)
        with contextlib.suppress(ProcessLookupError):  # nobody was left
            os.kill(-1, signal.SIGKILL)
        status = 0
    finally:
        os._exit(status)
