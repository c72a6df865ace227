"""Watches one step of a run: pumps its streams, looks at its clocks, sees it end."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from jobe_torch.cell.group import GroupMemory
from jobe_torch.cell.limits import Meter, Usage
from jobe_torch.cell.wire import Clock, Limits, StepOutcome

__all__ = ["Clocks", "Ended", "Process", "ServerGone", "Surroundings", "Watch", "supervise"]

_FIRST_LOOK_SECONDS = 0.05  # a run that ends sooner never costs a look at /proc
_LOOK_SECONDS = 0.1
_READ_BYTES = 1 << 16
_READS_OF_A_PIPE = (1 << 20) // _READ_BYTES + 1  # a run may make its pipes that large; pipe(7)
_SILENCE_SECONDS = 1.0


class ServerGone(Exception):
    """The server hung up in the middle of a run: end it, nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a step's first process ended."""

    status: int
    """As of wait4(2)."""
    cpu_seconds: float
    """Of it and of the children that it waited for."""
    waiting_seconds: float
    """What it stood in the kernel's run queue, where the kernel tells."""


class Process(Protocol):
    """A step's first process."""

    def fileno(self) -> int:
        """A descriptor that becomes readable when the process has ended."""

    def collect(self) -> Ended:
        """Reap the ended process."""

    def said_end(self) -> Ended | None:
        """How it ended, if it is only being torn down; asked once it has closed its streams."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all runs of a cell have in common."""

    own: frozenset[int]
    """Pids of the cell's own processes."""
    server: int
    """Descriptor of the server's stream: during a run only its end matters."""
    memory: GroupMemory


@dataclass(frozen=True, slots=True)
class Watch:
    """What a step is watched by."""

    limits: Limits
    meter: Meter
    began: float
    """When its first process was let go, by the system's monotonic clock."""
    cpu_seconds_before: float
    """CPU time that process had used before."""
    surroundings: Surroundings


class _Stream:
    """One output stream: keeps up to a bound and reads on past it."""

    def __init__(self, descriptor: int, kept_bytes: int) -> None:
        self.descriptor = descriptor
        self._left = kept_bytes
        self._pieces: list[bytes] = []
        self.dropped = 0

    def pump(self) -> bool:
        """Read once; whether there can be more."""
        data = os.read(self.descriptor, _READ_BYTES)
        kept = data[: self._left]
        self._left -= len(kept)
        self._pieces.append(kept)
        self.dropped += len(data) - len(kept)
        return bool(data)

    @property
    def content(self) -> bytes:
        return b"".join(self._pieces)


def supervise(
    process: Process,
    stdout: int,
    stderr: int,
    watch: Watch,
    *,
    kill: Callable[[], None],
    sweep: Callable[[], None],
) -> StepOutcome:
    """Follow a step to its end.

    The step ends with its first process: what that one left running and still holds a
    stream is killed by ``sweep`` (protocol reference §8), and what had been written is kept.

    Args:
        process: its first process.
        stdout: the end of a pipe to read from, as ``stderr``.
        stderr: the same.
        watch: what it is watched by.
        kill: ends all of it.
        sweep: ends what it left running; a compile step's jail must stay for the run.

    Raises:
        ServerGone: nobody waits any more; ``kill`` was called.
    """
    out = _Stream(stdout, watch.limits.stream_bytes)
    err = _Stream(stderr, watch.limits.stream_bytes)
    streams = _Streams(out, err)
    clocks = Clocks(watch)
    poll = select.poll()
    for descriptor in (stdout, stderr, process.fileno()):
        poll.register(descriptor, select.POLLIN)
    poll.register(watch.surroundings.server, select.POLLRDHUP)
    ended: Ended | None = None
    while True:
        ready = {descriptor for descriptor, _ in poll.poll(clocks.wait_ms())}
        for descriptor in streams.pump(ready):
            poll.unregister(descriptor)
            if not streams.open:
                ended = process.said_end()
        if process.fileno() in ready:
            ended = ended or process.collect()
        if ended is not None:
            break
        if watch.surroundings.server in ready:
            kill()
            raise ServerGone
        if clocks.ran_out():
            kill()
    clocks.stop(ended)
    streams.pump_what_is_there()
    if streams.open:
        sweep()  # only leftovers of the step can still hold them
        streams.pump_to_the_end()
    in_time = clocks.expired is None
    exit_code = os.waitstatus_to_exitcode(ended.status)
    return StepOutcome(
        exit_code=exit_code if in_time and exit_code >= 0 else None,
        signal=-exit_code if in_time and exit_code < 0 else None,
        timed_out=clocks.expired,
        out_of_memory=clocks.saw_oom_kill or watch.surroundings.memory.any_new_kill(),
        cpu_seconds=clocks.cpu_seconds,
        wall_seconds=clocks.wall_seconds,
        stdout=out.content,
        stderr=err.content,
        stdout_dropped=out.dropped,
        stderr_dropped=err.dropped,
    )


class _Streams:
    """Both output streams, as long as somebody holds their other ends."""

    def __init__(self, *streams: _Stream) -> None:
        self.open = {stream.descriptor: stream for stream in streams}

    def pump(self, ready: Iterable[int]) -> list[int]:
        """Read once from those that are ready; returns those that have ended."""
        ended = [d for d in ready if d in self.open and not self.open[d].pump()]
        for descriptor in ended:
            del self.open[descriptor]
        return ended

    def pump_what_is_there(self) -> None:
        """Read what the pipes hold, and little of what somebody goes on to write."""
        for _ in range(_READS_OF_A_PIPE):
            ready, _, _ = select.select(self.open, (), (), 0)
            if not ready:
                return
            self.pump(ready)

    def pump_to_the_end(self) -> None:
        """Read what killed processes have written.

        Not to the streams' own end: that of a descriptor which they sent to themselves, and never
        took from the socket, comes when the kernel next looks for such.
        """
        while self.open:
            ready, _, _ = select.select(self.open, (), (), _SILENCE_SECONDS)
            if not ready:
                return
            self.pump(ready)


class Clocks:
    """A step's CPU and wall clock, and its memory, looked at now and then."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._began = watch.began
        self._next_look = self._began + _FIRST_LOOK_SECONDS
        self._usage = Usage()
        self.expired: Clock | None = None
        self.saw_oom_kill = False
        self.cpu_seconds = 0.0
        self.wall_seconds = 0.0

    def wait_ms(self) -> float | None:
        """How long to wait for something else to happen before the next look."""
        if self._over:
            return None
        return max(0.0, self._next_look - time.monotonic()) * 1000 + 1

    def ran_out(self) -> bool:
        """Look, if it is time to; whether the run is over a limit since this look."""
        now = time.monotonic()
        if self._over or now < self._next_look:
            return False
        # The kernel kills one process; those that wait for it would do so until the time is up.
        # Before all else: this look takes no memory, and with the next one, while that process is
        # taken apart and the group still full, the kernel would go on with the zygote.
        self.saw_oom_kill = self._watch.surroundings.memory.any_new_kill()
        if self.saw_oom_kill:
            return True
        self._usage = self._watch.meter.read()
        self._spent(self._usage.cpu_seconds)
        over = now - self._deadline()
        self._next_look = now + min(_LOOK_SECONDS, -over if over < 0 else _LOOK_SECONDS)
        self._expire_wall(over)
        return self._over

    def stop(self, ended: Ended) -> None:
        """The step's first process has ended: its exact times are known."""
        now = time.monotonic()
        self.wall_seconds = now - self._began
        self._spent(ended.cpu_seconds)
        waiting = self._watch.meter.waiting_at_end(ended.cpu_seconds, ended.waiting_seconds)
        self._usage = replace(self._usage, waiting_seconds=waiting)
        self._expire_wall(now - self._deadline())

    @property
    def _over(self) -> bool:
        return self.saw_oom_kill or self.expired is not None

    def _deadline(self) -> float:
        """A busy machine must never turn a right answer into a time-out."""
        return self._began + self._watch.limits.wall_seconds + self._usage.waiting_seconds

    def _expire_wall(self, over_seconds: float) -> None:
        if self.expired is None and over_seconds > 0:
            self.expired = Clock.WALL

    def _spent(self, cpu_seconds: float) -> None:
        self.cpu_seconds = max(self.cpu_seconds, cpu_seconds - self._watch.cpu_seconds_before)
        if self.expired is None and self.cpu_seconds > self._watch.limits.cpu_seconds:
            self.expired = Clock.CPU
