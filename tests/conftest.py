"""Fixtures that run the real parts: a cell interpreter, local cells, a server."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobe_torch.backends.base import Backend
from jobe_torch.cli.assemble import make_backend
from jobe_torch.config import load
from tests.absent import absent
from tests.cells import close_local_backends

START_SECONDS = 120
REST = "/jobe/index.php/restapi"

# Helpers whose assertions are to tell what differs.
pytest.register_assert_rewrite("tests.attacks.oracle", "tests.fidelity.twins")


@pytest.fixture(scope="session", autouse=True)
def no_backend_left() -> Iterator[None]:
    """Those that benches have in common end after the last of them."""
    yield
    close_local_backends()


@pytest.fixture
def many_open_files() -> Iterator[None]:
    """All descriptors below 1200 are taken: where select(2) ends, a busy server does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2000:
        absent(f"this process may not open 2,000 files, only {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    taken: list[int] = []
    while not taken or taken[-1] < 1200:
        taken.append(os.open(os.devnull, os.O_RDONLY))
    yield
    for descriptor in taken:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="session")
def cell_python() -> Path:
    """An interpreter with torch and numpy."""
    python = load(environment=os.environ).cell_python
    asked = subprocess.run(
        [python, "-c", "import numpy, torch"], check=False, capture_output=True, text=True
    )
    if asked.returncode:
        absent(f"{python} has no torch (make cell-env): {asked.stderr.strip()[-200:]}")
    return python


@pytest.fixture(scope="session")
def local_backend(cell_python: Path) -> Iterator[Backend]:
    """Cells on this host."""
    backend = make_backend(load(flags={"cell_python": str(cell_python)}))
    yield backend
    backend.close()


class Server:
    """A server process and what it said."""

    def __init__(self, command: list[str], log: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self._client = httpx.Client(timeout=30)
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(command, stderr=stderr, start_new_session=True)

    def wait_until(self, path: str) -> None:
        """Wait for 200."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if httpx.get(self.url + path, timeout=10).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def wait_until_said(self, words: str) -> None:
        """Wait for words in the log."""
        deadline = time.monotonic() + START_SECONDS
        while words not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def run(self, source: str, **spec: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """The answer to a submission of Python."""
        body = {"run_spec": {"language_id": "python3", "sourcecode": source, **spec}}
        # A new connection for each, as CodeRunner does.
        close = {"Connection": "close"}
        answer = self._client.post(f"{self.url}{REST}/runs", json=body, headers=close)
        assert answer.status_code == httpx.codes.OK, answer.text
        result: dict[str, Any] = json.loads(answer.text)
        return result

    def signal_group(self, sent: signal.Signals) -> None:
        """Do what a terminal does on Ctrl-C."""
        os.killpg(self.process.pid, sent)

    def end(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Signal the server process alone, and wait for its exit status."""
        self.process.send_signal(sent)
        return self.process.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers that end with the test."""
    servers: list[Server] = []

    def start(*command: str, **flags: object) -> Server:
        port = free_port()
        given = {"port": port, "files_directory": tmp_path / "files", **flags}
        words = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
        program = command or (sys.executable, "-m", "jobe_torch", "serve")
        servers.append(Server([*program, *words], tmp_path / f"server-{len(servers)}.log", port))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()
