"""The attach stream: pieces of two outputs in one connection, cut anywhere."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobe_torch.backends.attach import AttachedStream

STDOUT, STDERR = 1, 2


def piece(stream: int, data: bytes) -> bytes:
    return struct.pack(">B3xI", stream, len(data)) + data


class Attached:
    """A stream and the engine's end of it."""

    def __init__(self) -> None:
        ours, self.engine = socket.socketpair()
        raw = socket.SocketIO(ours, "rw")
        ours._io_refs += 1  # type: ignore[attr-defined] # as socket.makefile does
        self.log: list[bytes] = []
        self.stream = AttachedStream(raw, self.log.append)
        self.stream.settimeout(5)

    def close(self) -> None:
        self.stream.close()
        self.engine.close()


@pytest.fixture
def attached() -> Iterator[Attached]:
    attached = Attached()
    yield attached
    attached.close()


def receive_all(stream: AttachedStream, size: int) -> bytes:
    return b"".join(iter(lambda: stream.recv(size), b""))


@given(
    pieces=st.lists(st.tuples(st.sampled_from([STDOUT, STDERR]), st.binary(max_size=40))),
    cuts=st.lists(st.integers(min_value=1, max_value=17), min_size=1),
    size=st.integers(min_value=1, max_value=64),
)
def test_each_output_arrives_whole_however_it_is_cut(
    pieces: list[tuple[int, bytes]], cuts: list[int], size: int
) -> None:
    attached = Attached()
    sent = b"".join(piece(*one) for one in pieces)
    while sent:
        cut = cuts[len(sent) % len(cuts)]
        attached.stream._sort(sent[:cut])
        sent = sent[cut:]
    attached.engine.close()
    received = receive_all(attached.stream, size)
    attached.close()
    assert received == b"".join(data for stream, data in pieces if stream == STDOUT)
    assert b"".join(attached.log) == b"".join(data for stream, data in pieces if stream == STDERR)


def test_what_is_sent_goes_as_it_is(attached: Attached) -> None:
    attached.stream.sendall(b"\0\1\2")
    assert attached.engine.recv(10) == b"\0\1\2"


def test_an_open_silent_stream_is_silent(attached: Attached) -> None:
    assert attached.stream.silent()


@pytest.mark.usefixtures("many_open_files")
def test_one_among_very_many_is_silent_too() -> None:
    attached = Attached()
    assert attached.stream.silent()
    attached.close()


def test_a_log_line_breaks_no_silence(attached: Attached) -> None:
    attached.engine.sendall(piece(STDERR, b"a warning\n"))
    assert attached.stream.silent()
    assert attached.log == [b"a warning\n"]


def test_output_that_nobody_asked_for_breaks_it(attached: Attached) -> None:
    attached.engine.sendall(piece(STDOUT, b"x"))
    assert not attached.stream.silent()
    assert attached.stream.recv(10) == b"x"


@pytest.mark.parametrize("by", ["the engine", "us"])
def test_a_stream_that_was_ended_is_not_silent(attached: Attached, by: str) -> None:
    attached.engine.close() if by == "the engine" else attached.stream.close()
    assert not attached.stream.silent()


def test_closing_closes_the_socket_itself(attached: Attached) -> None:
    attached.stream.close()
    assert attached.engine.recv(1) == b""
