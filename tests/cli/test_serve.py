"""The server process: how it starts, whom it serves, and how it ends."""

import json
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest

from jobe_torch.cli.serve.worker import SLOW_CLIENTS
from tests.cli.conftest import FAKE
from tests.conftest import REST, Server

SUCCESS, OVERLOAD = 15, 21

Start = Callable[..., Server]


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(80) as executor:
        yield executor


def busy(server: Server) -> int:
    cells: dict[str, int] = httpx.get(f"{server.url}/readyz").json()["cells"]
    return cells["busy"]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def connect(server: Server, data: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0), timeout=30)
    client.sendall(data)
    return client


def head(length: int, *extra: str) -> bytes:
    lines = [f"POST {REST}/runs HTTP/1.1", "Host: jobe", f"Content-Length: {length}", *extra]
    return "\r\n".join([*lines, "", ""]).encode()


def refuses_connections(server: Server) -> bool:
    try:
        httpx.get(server.url + "/healthz")
    except httpx.ConnectError:
        return True
    except httpx.TransportError:
        return False  # it was still in the listener's backlog
    return False


class TestSignals:
    """What is inside gets its answer; nothing hangs; the exit status is 0."""

    @pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
    def test_a_running_submission_ends_and_is_answered(
        self, start: Start, clients: ThreadPoolExecutor, sent: signal.Signals
    ) -> None:
        server = start(cells=1)
        running = clients.submit(server.run, "sleep 1")
        until(lambda: busy(server) == 1)
        waiting = clients.submit(server.run, "waited")
        until(lambda: httpx.get(f"{server.url}/readyz").json()["waiting"] == 1)
        assert server.end(sent) == 0
        assert running.result()["outcome"] == SUCCESS
        assert waiting.result()["stdout"] == "waited"
        assert refuses_connections(server)
        log = server.log.read_text()
        assert 0 < log.index("] ending ") < log.index("outcome=success") < log.index("] ended")

    def test_a_submission_that_outlives_the_drain_is_answered_as_overload(
        self, start: Start, clients: ThreadPoolExecutor
    ) -> None:
        server = start(cells=1, drain_seconds=0.2)
        running = clients.submit(server.run, "sleep 600")
        until(lambda: busy(server) == 1)
        waiting = clients.submit(server.run, "waited")
        until(lambda: httpx.get(f"{server.url}/readyz").json()["waiting"] == 1)
        assert server.end() == 0
        assert running.result()["outcome"] == OVERLOAD
        assert waiting.result()["outcome"] == OVERLOAD

    def test_ctrl_c_reaches_the_whole_process_group_and_is_no_hurry(
        self, start: Start, clients: ThreadPoolExecutor
    ) -> None:
        server = start()
        running = clients.submit(server.run, "sleep 1")
        until(lambda: busy(server) == 1)
        server.signal_group(signal.SIGINT)
        assert server.process.wait(30) == 0
        assert running.result()["outcome"] == SUCCESS

    def test_a_second_ctrl_c_ends_at_once_and_still_answers(
        self, start: Start, clients: ThreadPoolExecutor
    ) -> None:
        server = start(drain_seconds=600)
        running = clients.submit(server.run, "sleep 600")
        until(lambda: busy(server) == 1)
        server.signal_group(signal.SIGINT)
        until(lambda: refuses_connections(server))
        server.signal_group(signal.SIGINT)
        assert server.process.wait(30) == 0
        assert running.result()["outcome"] == OVERLOAD

    def test_clients_that_never_finish_asking_do_not_delay_the_end(self, start: Start) -> None:
        server = start(drain_seconds=600)
        with closing(connect(server, head(100))), closing(connect(server, b"")):
            assert server.run("x")["outcome"] == SUCCESS
            assert server.end() == 0


class TestSlowClients:
    """Clients that stall take nothing from the others."""

    @pytest.mark.parametrize(
        "data",
        [b"", b"POST /jobe", head(10_000), head(10_000) + b'{"run_spec"'],
        ids=["silent", "in the head", "before the body", "in the body"],
    )
    def test_others_are_served(self, start: Start, data: bytes) -> None:
        server = start(cells=1, line_length=1)
        with ExitStack() as stalled:
            for _ in range(2 * SLOW_CLIENTS):
                stalled.enter_context(closing(connect(server, data)))
            assert [server.run(f"{n}")["stdout"] for n in range(5)] == list("01234")

    def test_the_one_that_began_first_is_cut_off(self, start: Start) -> None:
        server = start()
        with ExitStack() as stalled:
            oldest = stalled.enter_context(closing(connect(server, head(100))))
            server.run("x")  # by now the server has seen the oldest
            for _ in range(SLOW_CLIENTS):
                last = stalled.enter_context(closing(connect(server, head(100))))
            assert oldest.recv(1 << 16) == b""
            last.settimeout(0.2)
            with pytest.raises(TimeoutError):
                last.recv(1)

    def test_a_client_that_does_not_close_holds_nobody_up(self, start: Start) -> None:
        server = start()
        request = head(2, "Connection: close") + b"{}"
        with ExitStack() as lingering:
            # Waiting two seconds for each in turn would be longer than a test may take.
            for _ in range(5 * SLOW_CLIENTS):
                client = lingering.enter_context(closing(connect(server, request)))
                assert client.recv(1 << 16).startswith(b"HTTP/1.1 400")
            assert server.run("x")["stdout"] == "x"

    def test_a_request_in_pieces_is_answered(self, start: Start) -> None:
        server = start()
        body = b'{"run_spec": {"language_id": "python3", "sourcecode": "pieces"}}'
        with closing(connect(server, b"")) as client:
            for byte in head(len(body)) + body:
                client.sendall(bytes([byte]))
                time.sleep(0.001)
            answer = HTTPResponse(client)
            answer.begin()
            assert json.load(answer)["stdout"] == "pieces"

    def test_two_requests_on_one_connection(self, start: Start) -> None:
        server = start()
        with httpx.Client() as client:
            for text in ("first", "second"):
                spec = {"language_id": "python3", "sourcecode": text}
                answer = client.post(f"{server.url}{REST}/runs", json={"run_spec": spec})
                assert answer.json()["stdout"] == text

    def test_a_client_that_hangs_up_while_it_waits_frees_its_place(
        self, start: Start, clients: ThreadPoolExecutor
    ) -> None:
        server = start(cells=1, line_length=1, wait_seconds=60)
        running = clients.submit(server.run, "sleep 3")
        until(lambda: busy(server) == 1)
        body = b'{"run_spec": {"language_id": "python3", "sourcecode": "x"}}'
        connect(server, head(len(body)) + body).close()
        until(lambda: httpx.get(f"{server.url}/readyz").json()["waiting"] == 0)
        assert server.run("next")["stdout"] == "next"
        assert running.result()["outcome"] == SUCCESS


def test_a_line_that_is_full_is_answered_as_overload_while_health_answers(
    start: Start, clients: ThreadPoolExecutor
) -> None:
    server = start(cells=1, line_length=20)
    runs = [clients.submit(server.run, "sleep 0.05") for _ in range(60)]
    assert httpx.get(f"{server.url}/healthz").status_code == httpx.codes.OK
    outcomes = [run.result()["outcome"] for run in runs]
    assert set(outcomes) == {SUCCESS, OVERLOAD}
    assert outcomes.count(SUCCESS) >= 21


def test_a_fault_of_ours_is_an_overload_and_the_next_run_is_fine(start: Start) -> None:
    server = start(cells=1)
    assert server.run("lost")["outcome"] == OVERLOAD
    assert server.run("next")["stdout"] == "next"


def test_a_server_whose_process_dies_comes_back(start: Start) -> None:
    server = start()
    worker = worker_of(server)
    assert worker
    signal.pidfd_send_signal(os.pidfd_open(worker), signal.SIGKILL)
    until(lambda: worker_of(server) not in (None, worker))
    server.wait_until("/readyz")
    assert server.run("again")["stdout"] == "again"
    assert server.end() == 0


def worker_of(server: Server) -> int | None:
    pids = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    return next(map(int, pids.read_text().split()), None)


def open_files_of(server: Server) -> int:
    return len(list(Path(f"/proc/{worker_of(server)}/fd").iterdir()))


def test_a_server_without_descriptors_lets_connections_wait(start: Start) -> None:
    server = start()
    worker = worker_of(server)
    assert worker
    most = open_files_of(server) + 5
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (most, most))
    with ExitStack() as idle:
        for _ in range(20):
            idle.enter_context(closing(connect(server, b"")))
        server.wait_until_said("connections have to wait")
    assert server.run("x")["stdout"] == "x"
    assert worker_of(server) == worker


def test_connections_leave_descriptors_for_files(start_server: Start) -> None:
    most = 64
    server = start_server("sh", "-c", f'ulimit -n {most}; exec "$@"', "sh", *FAKE, cells=1)
    server.wait_until("/readyz")
    before = open_files_of(server)
    body = b'{"file_contents": "eA=="}'
    put = f"PUT {REST}/files/abcdefgh HTTP/1.1\r\nHost: jobe\r\nContent-Length: {len(body)}\r\n\r\n"
    with ExitStack() as open_:
        client = open_.enter_context(closing(connect(server, b"")))
        for _ in range(most):
            open_.enter_context(closing(connect(server, b"")))
        # The connection that asked whether it is ready may have been open still.
        until(lambda: open_files_of(server) >= before + most // 2 - 1)
        client.sendall(put.encode() + body)
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 204")


def test_a_bad_setting_ends_the_start(start_server: Start) -> None:
    server = start_server(*FAKE, wait_seconds="long")
    assert server.process.wait(30) == 2
    assert "--wait-seconds: Expected `float`" in server.log.read_text()


def test_a_directory_that_cannot_be_used_ends_the_start(
    start_server: Start, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    server = start_server(*FAKE, files_directory=tmp_path / "file" / "below")
    assert server.process.wait(30) != 0
    said = server.log.read_text()
    assert f"cannot serve: files_directory {tmp_path}/file/below: Not a directory\n" in said
    assert "[error]" not in said


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("127.0.0.1", "Address already in use"),
        ("192.0.2.1", "Cannot assign requested address"),
    ],
)
def test_an_address_that_cannot_be_had_ends_the_start(
    start_server: Start, host: str, why: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = start_server(*FAKE, host=host, port=port)
        assert server.process.wait(30) == 1
    assert server.log.read_text() == f"Error: cannot serve at {host}:{port}: {why}\n"


@pytest.mark.parametrize(
    "data",
    [b"", b"GET", head(5), head(5) + b"{", head(5) + b"{}   ", b"\x16\x03\x01 no http\r\n\r\n"],
    ids=["silent", "in the head", "before the body", "in the body", "whole", "no HTTP"],
)
def test_no_thread_is_lost_to_clients_that_hang_up(start: Start, data: bytes) -> None:
    server = start(cells=1, line_length=1)
    for _ in range(200):  # four times as many as there are threads
        connect(server, data).close()
    assert server.run("x")["stdout"] == "x"
