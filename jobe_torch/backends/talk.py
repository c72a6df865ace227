"""The server's side of the conversation with one agent; see `jobe_torch.cell.wire`."""

from __future__ import annotations

import select
import socket
from typing import Protocol

from jobe_torch.backends.base import CellLost
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

__all__ = ["Stream", "Talk", "readable"]

_START_SECONDS = 120.0
"""torch's imports take 2 s; on a host whose disk is cold and busy, much longer."""
_GRACE_SECONDS = 30.0
"""Over a run's own limits, before a silent agent is given up."""


def readable(connection: socket.socket) -> bool:
    """Whether something has come, or the end.

    Not by select(2), for which descriptors end at 1023: a busy server has more.

    Raises:
        ValueError: the connection is closed here.
    """
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


class Stream(Protocol):
    """What a conversation needs of a connected socket, with the same meaning."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of the data."""

    def recv(self, size: int, /) -> bytes:
        """Receive at most that much; nothing at the stream's end."""

    def settimeout(self, seconds: float | None, /) -> None:
        """How long the two others may wait."""


class Talk:
    """A conversation.

    Args:
        name: the cell's.
        stream: leads to its agent.
    """

    def __init__(self, name: str, stream: Stream) -> None:
        self._name = name
        self._stream = stream

    def hear_ready(self) -> Ready:
        """Wait for the agent's first frame.

        Raises:
            CellLost: it did not come.
        """
        first = self._receive(_START_SECONDS, started=False)
        if not isinstance(first, Ready):
            raise CellLost(f"{self._name} said {type(first).__name__} first", started=False)
        return first

    def run(self, job: Job) -> Report:
        """Have the agent execute one job.

        Raises:
            CellLost: as `jobe_torch.backends.base.Cell.run`.
        """
        try:
            self._stream.settimeout(_GRACE_SECONDS)
            self._stream.sendall(encode(job))
        except (OSError, WireError) as error:
            raise CellLost(f"{self._name}: {error}", started=False) from error
        started = self._receive(_GRACE_SECONDS, started=False)
        if started != Started(job.id):
            raise CellLost(f"{self._name} did not start job {job.id}", started=False)
        steps = [step for step in (job.compile, job.run) if step]
        # The agent stops a run's clock while the machine is busy, so this one is generous.
        patience = _GRACE_SECONDS + 5 * sum(step.limits.wall_seconds for step in steps)
        report = self._receive(patience, started=True)
        if isinstance(report, Void) and report.id == job.id:
            raise CellLost(f"{self._name}: {report.reason}", started=False)
        if not isinstance(report, Report) or report.id != job.id:
            raise CellLost(f"{self._name} did not report on job {job.id}", started=True)
        return report

    def _receive(self, patience_seconds: float, *, started: bool) -> Message:
        try:
            self._stream.settimeout(patience_seconds)
            return read_frame(self._stream.recv)
        except (EOFError, OSError, WireError) as error:
            raise CellLost(f"{self._name}: {error or 'silence'}", started=started) from error
