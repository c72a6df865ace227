"""A gate process, and requests to it that no server makes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.docker.engine import Containers, wait_for

__all__ = ["Gate", "ask"]


class Gate:
    """A gate process in front of the engine."""

    def __init__(self, folder: Path, containers: Containers, *flags: str) -> None:
        self.socket = folder / "engine.sock"
        self._command = [
            *(sys.executable, "-m", "jobe_torch.gate", f"--listen={self.socket}"),
            f"--docker-host={containers.url}",
            f"--docker-name={containers.server}",
            *flags,
        ]
        self.open()

    @property
    def url(self) -> str:
        """For the server."""
        return f"unix://{self.socket}"

    def open(self) -> None:
        """Let through."""
        self._process = subprocess.Popen(self._command)
        wait_for(self._answers)

    def shut(self) -> None:
        """Be gone, with every connection: for the server, the engine is."""
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        assert self._process.poll() is None
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0


class UnixConnection(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("engine", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self._path))


def ask(gate: Gate, method: str, target: str, body: object = None) -> tuple[int, Any]:
    connection = UnixConnection(gate.socket)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, target, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None
    finally:
        connection.close()
