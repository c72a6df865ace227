"""A server on this machine, in a process of its own, for commands that need one."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from jobe_torch.cli.address import why_not

__all__ = ["ServerProcess", "server_process"]

LOG = Path("build/server.log")
PATIENCE_SECONDS = 180
HOST = "127.0.0.1"


class ServerProcess:
    """A server that is ready, and what it says of itself."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process = process
        self.url = url
        self.log = LOG
        self.modules: dict[str, str]
        self.jails: list[str]
        ready = self._wait_until_ready()
        self.modules, self.jails = ready["modules"], ready["jail"]

    def wait(self) -> None:
        """Wait until somebody ends it."""
        self._process.wait()

    def wait_until_warm(self) -> None:
        """Wait until no cell is starting, for who measures: the first one suffices to serve."""
        while self._wait_until_ready()["cells"]["warming"]:
            time.sleep(0.1)

    def _wait_until_ready(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        errors: list[str] = []
        while self._process.poll() is None and time.monotonic() < deadline and not errors:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as answer:  # noqa: S310 - http
                    ready: dict[str, Any] = json.load(answer)
                    return ready
            except urllib.error.HTTPError as error:
                errors = json.load(error)["errors"]
            except OSError:
                pass  # it does not listen yet
            time.sleep(0.1)
        said = "\n".join(errors) or self.log.read_text()[-2000:]
        raise click.ClickException(
            f"the server is not ready: {said}\n(jobe-torch doctor tells more)"
        )


@contextlib.contextmanager
def server_process(port: int, *flags: str) -> Iterator[ServerProcess]:
    """A server on the loopback address for the time of the context; its log goes to a file.

    Raises:
        ClickException: The port is taken, or the server cannot have cells.
    """
    if why_not(HOST, port):
        raise click.ClickException(
            f"port {port} is taken; JOBE_TORCH_PORT=4001 in the environment picks another"
        )
    # However this process is ended, the server must not outlive it.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as log:
        command = [sys.executable, "-m", "jobe_torch", "serve", f"--host={HOST}", f"--port={port}"]
        process = subprocess.Popen([*command, *flags], stdout=log, stderr=log)
    try:
        yield ServerProcess(process, f"http://{HOST}:{port}")
    finally:
        process.terminate()
        process.wait()
