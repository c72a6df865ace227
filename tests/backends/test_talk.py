"""What a cell's agent may say of a job, and what the pool makes of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from jobe_torch.backends.base import CellLost
from jobe_torch.backends.fake import report
from jobe_torch.backends.talk import Talk
from jobe_torch.cell.wire import Job, Limits, Message, Started, Step, Void, encode

JOB = Job("7", (), b"", None, Step(("true",), Limits(1, 2, 0, -1, 1000, 10)))


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize(
    ("said", "started"),
    [
        pytest.param([], False, id="nothing"),
        pytest.param([Started("6")], False, id="another job started"),
        pytest.param([Started("7")], True, id="no more"),
        pytest.param([Started("7"), report(JOB), Void("7", "")], None, id="a report"),
        pytest.param([Started("7"), Void("7", "the GPU is lost")], False, id="void"),
        pytest.param([Started("7"), Void("6", "the GPU is lost")], True, id="another job void"),
    ],
)
def test_a_job_may_be_repeated_only_if_its_end_was_not_its_own(
    ends: tuple[socket.socket, socket.socket], said: list[Message], *, started: bool | None
) -> None:
    ours, theirs = ends
    for message in said:
        theirs.sendall(encode(message))
    theirs.shutdown(socket.SHUT_WR)
    talk = Talk("cell", ours)
    if started is None:
        assert talk.run(JOB) == report(JOB)
        return
    with pytest.raises(CellLost) as lost:
        talk.run(JOB)
    assert lost.value.started is started


def test_why_a_job_is_void_is_told(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(encode(Started("7")) + encode(Void("7", "the GPU is lost")))
    with pytest.raises(CellLost, match="cell: the GPU is lost"):
        Talk("cell", ours).run(JOB)
