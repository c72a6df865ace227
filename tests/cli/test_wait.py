"""docker/wait, by which `make up` ends: what it says of a server, and when it gives it up."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Server, free_port

WAIT = Path(__file__).parents[2] / "docker/wait"


def wait(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([WAIT, url], capture_output=True, text=True, check=False)


def test_a_server_that_is_ready(start: Callable[..., Server]) -> None:
    server = start()
    answer = wait(server.url)
    assert (answer.returncode, answer.stdout) == (0, f"ready at {server.url}\n")


def test_a_server_that_gets_no_cells_is_given_up_with_its_reason(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(backend="docker", docker_host=f"tcp://127.0.0.1:{free_port()}")
    server.wait_until("/healthz")
    answer = wait(server.url)
    assert answer.returncode == 1
    assert "no Docker Engine" in answer.stderr
