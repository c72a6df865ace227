"""Which of the clients that threads wait for is cut off."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from jobe_torch.cli.serve.slow_clients import SlowClients


@pytest.fixture
def open_() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def wait_for(open_: ExitStack, slow: SlowClients, *, began: float, sent: bytes) -> socket.socket:
    """A client that a thread waits for: the client's own end."""
    ours, theirs = socket.socketpair()
    open_.enter_context(ours)
    open_.enter_context(theirs)
    theirs.sendall(sent)
    theirs.setblocking(False)
    open_.enter_context(slow.waiting_for(ours, began))
    return theirs


def cut_off(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


def test_the_silent_one_that_began_first_is_cut_off(open_: ExitStack) -> None:
    slow = SlowClients(2)
    clients = [wait_for(open_, slow, began=began, sent=b"") for began in (2, 1, 3)]
    assert [cut_off(client) for client in clients] == [False, True, False]


def test_who_has_sent_something_is_not_slow_however_slow_we_are(open_: ExitStack) -> None:
    slow = SlowClients(2)
    heard = [wait_for(open_, slow, began=began, sent=b"x") for began in range(5)]
    silent = [wait_for(open_, slow, began=began, sent=b"") for began in (10, 11)]
    assert not any(cut_off(client) for client in heard + silent)
