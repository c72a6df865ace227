"""Where the bank's tests run programs when no torch is needed."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from question_bank.builtin import built_in
from question_bank.client import Job, JobeClient, Outcome, Run
from question_bank.load import load_bank
from question_bank.read import CodeRunnerQuestion

START_SECONDS = 120


class PythonJobe(JobeClient):
    """Runs jobs with this interpreter, by Jobe's rules for python3, and keeps them."""

    def __init__(self, directory: Path) -> None:
        super().__init__("http://127.0.0.1:9")
        self._directory = directory
        self.jobs: list[Job] = []

    def run(self, job: Job) -> Run:
        self.jobs.append(job)
        for file in job.files:
            (self._directory / file.name).write_bytes(file.content)
        program = self._directory / "__tester__.python3"
        program.write_text(job.source, encoding="utf-8")
        checked = self._python("-m", "py_compile", program.name)
        if checked.stderr:
            return Run(Outcome.COMPILE_ERROR, checked.stderr, "", "")
        ran = self._python("-BE", program.name, stdin=job.stdin)
        outcome = Outcome.RUN_ERROR if ran.stderr else Outcome.SUCCESS
        return Run(outcome, "", ran.stdout, ran.stderr)

    def _python(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=self._directory,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def python_jobe(tmp_path: Path) -> PythonJobe:
    directory = tmp_path / "run"
    directory.mkdir()
    return PythonJobe(directory)


@pytest.fixture(scope="session")
def server_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A jobe-torch server with cells on this host, or any Jobe at BANK_SERVER."""
    if other := os.environ.get("BANK_SERVER"):
        yield other
        return
    cell_python = request.getfixturevalue("cell_python")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    directory = tmp_path_factory.mktemp("server")
    options = {"port": port, "cell-python": cell_python, "files-directory": directory / "files"}
    words = [f"--{name}={value}" for name, value in options.items()]
    url, log = f"http://127.0.0.1:{port}", directory / "log"
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "jobe_torch", "serve", *words], stderr=stderr
        ) as process,
    ):
        deadline = time.monotonic() + START_SECONDS
        while not _answers(f"{url}/readyz"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield url
        process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def python3() -> dict[str, CodeRunnerQuestion]:
    """CodeRunner's own question types."""
    return built_in(load_bank())


@dataclass
class Script:
    """Answers a server gives, in order, and the requests that it got."""

    url: str = ""
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    requests: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def script() -> Iterator[Script]:
    """A server on this host that answers as its script says: for what no real server does."""
    told = Script()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.requests.append((self.command, self.path, body, dict(self.headers)))
            status, text = told.answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PUT = answer  # noqa: N815 - http.server asks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()
