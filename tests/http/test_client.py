from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from flask import Flask

from jobe_torch.http.client import Client

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def client_of(ours: object) -> Client:
    with Flask("test").test_request_context(environ_overrides={"gunicorn.socket": ours}):
        return Client()


def test_a_client_that_waits_for_its_answer_is_there(pair: Pair) -> None:
    assert not client_of(pair[0]).gone()


def test_a_client_that_has_sent_its_next_request_is_there(pair: Pair) -> None:
    pair[1].send(b"GET")
    client = client_of(pair[0])
    assert not client.gone()
    assert pair[0].recv(9) == b"GET", "looking must not take anything"


def test_a_client_that_hung_up_is_gone(pair: Pair) -> None:
    client = client_of(pair[0])
    pair[1].close()
    assert client.gone()


def test_a_connection_that_is_broken_is_gone(pair: Pair) -> None:
    client = client_of(pair[0])
    pair[0].close()
    assert client.gone()


def test_a_client_behind_something_else_is_taken_to_be_there() -> None:
    assert not client_of(None).gone()
