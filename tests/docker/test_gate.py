"""The gate before a real engine: a server works through it, and cannot get past it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobe_torch.backends.container import CELL_PYTHON, Container, Place
from jobe_torch.backends.docker import DockerBackend
from jobe_torch.cell.jail import Level
from jobe_torch.config import load
from tests.cells import Program
from tests.docker.engine import Containers
from tests.docker.gate import Gate, ask

CONTAINER = Container.of(load(environment=os.environ))


@pytest.fixture
def foreign(containers: Containers) -> Iterator[str]:
    """A container that is not this server's."""
    container = containers.client.create_container(
        CONTAINER.image, [CELL_PYTHON, "-V"], labels={"a": "b"}
    )["Id"]
    yield container
    containers.client.remove_container(container, force=True)


def test_a_cell_lives_and_dies_through_the_gate(gate: Gate, containers: Containers) -> None:
    backend = DockerBackend(url=gate.url, container=CONTAINER, server=containers.server)
    cell = backend.start_cell(0)
    for warm in (True, False):
        report = cell.run(Program(b"print('hello')").job("a", warm=warm))
        assert report.run is not None
        assert report.run.stdout == b"hello\n"
    large = cell.run(
        Program(b"print('x' * 10_000_000)", limits={"streamsize": 16}).job("b", warm=True)
    )
    assert large.run is not None
    assert len(large.run.stdout) == 10_000_001
    assert cell.alive()
    cell.close()
    backend.close()
    assert not containers.ids()


def test_a_container_of_somebody_else_is_out_of_reach(gate: Gate, foreign: str) -> None:
    for method, what in (("POST", "/start"), ("POST", "/attach"), ("DELETE", "?force=1")):
        status, answer = ask(gate, method, f"/containers/{foreign}{what}")
        assert (status, answer) == (403, {"message": "no container of this server"})


def test_a_container_of_ones_own_wish_is_not_made(gate: Gate, containers: Containers) -> None:
    place = Place(containers.server, 0, Level.USERNS)
    body = CONTAINER.request(place, "agent", attached=True)
    body["HostConfig"]["Binds"] = ["/:/host"]
    status, _ = ask(gate, "POST", "/containers/create?name=wish", body)
    assert status == 403
    assert not containers.ids()


@pytest.mark.parametrize("target", ["/_ping", f"/containers/{'0' * 64}/attach?stream=1&stdin=1"])
def test_a_second_request_on_a_connection_is_never_carried(
    gate: Gate, containers: Containers, target: str
) -> None:
    method = "GET" if target == "/_ping" else "POST"
    body = json.dumps(
        {"Image": CONTAINER.image, "Labels": {"io.jobe-torch.server": containers.server}}
    )
    second = (
        "POST /containers/create HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(gate.socket))
        head = f"{method} {target} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        client.sendall((head + second).encode())
        try:
            while client.recv(1 << 16):
                pass
        except TimeoutError:
            pass  # the engine kept an answered connection open: nothing more is carried on it
    assert not containers.ids()


def test_without_an_engine_the_gate_says_so(tmp_path: Path, containers: Containers) -> None:
    containers.url = f"unix://{tmp_path / 'nobody'}"
    gate = Gate(tmp_path, containers)
    status, answer = ask(gate, "GET", "/version")
    gate.shut()
    assert status == 503
    assert "no Docker Engine" in answer["message"]
