"""Bodies over real connections, with a server process whose cells are fake."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from jobe_torch.config import Settings
from tests.conftest import REST, Server

FAKE = (sys.executable, str(Path(__file__).parents[1] / "cli" / "fake_server.py"), "serve")
BODY = json.dumps({"run_spec": {"language_id": "python3", "sourcecode": "é"}}).encode()
TOO_LONG = (413, f"The request body may have {Settings().body_max_bytes} bytes")
MEGABYTE = 1 << 20


@pytest.fixture
def server(start_server: Callable[..., Server]) -> Server:
    server = start_server(*FAKE, cells=2)
    server.wait_until("/readyz")
    return server


def talk(server: Server, request: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 80), timeout=30) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def pieces(count: int, size: int) -> Iterator[bytes]:
    for _ in range(count):
        yield bytes(size)


def answers(server: Server) -> bool:
    result = server.run("next")
    return bool(result["stdout"] == "next")


def resident_bytes(server: Server) -> int:
    """Of the process that serves, which gunicorn's first process started."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = Path(f"/proc/{children[0]}/statm").read_text().split()[1]
    return int(pages) * 4096


def test_a_chunked_body(server: Server) -> None:
    response = httpx.post(f"{server.url}{REST}/runs", content=iter([BODY[:9], BODY[9:]]))
    assert response.json()["stdout"] == "é"


def test_http_1_0(server: Server) -> None:
    head = f"POST {REST}/runs HTTP/1.0\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
    answer = talk(server, head + BODY)
    assert answer.startswith(b"HTTP/1.0 200")
    assert '"stdout":"é"'.encode() in answer


def test_a_client_that_asks_for_leave_to_send_its_body(server: Server) -> None:
    head = (
        f"POST {REST}/runs HTTP/1.1\r\nHost: jobe\r\nConnection: close\r\n"
        f"Expect: 100-continue\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    answer = talk(server, head.encode() + BODY)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")


def test_long_bodies_are_refused_at_no_cost_and_the_next_run_is_fine(server: Server) -> None:
    assert answers(server)
    before = resident_bytes(server)
    for method, path in (("POST", "runs"), ("PUT", "files/abcdefgh")):
        announced = httpx.request(
            method, f"{server.url}{REST}/{path}", content=bytes(100 * MEGABYTE), timeout=60
        )
        assert (announced.status_code, announced.json()) == TOO_LONG
        chunked = httpx.request(
            method, f"{server.url}{REST}/{path}", content=pieces(100, MEGABYTE), timeout=60
        )
        assert (chunked.status_code, chunked.json()) == TOO_LONG
        assert answers(server)
    assert resident_bytes(server) - before < 16 * MEGABYTE


def test_large_files_leave_no_memory_behind(server: Server) -> None:
    assert answers(server)
    before = resident_bytes(server)
    content = {"file_contents": "eHh4" * (8 * MEGABYTE)}
    for _ in range(3):
        assert httpx.put(f"{server.url}{REST}/files/abcdefgh", json=content).status_code == 204
    assert resident_bytes(server) - before < 16 * MEGABYTE
