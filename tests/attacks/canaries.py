"""Secrets laid out on the host, where a run must not see them."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["KINDS", "Canaries", "lay_out"]

KINDS = ("abstract", "environment", "file", "port", "previous", "process", "socket")


@dataclass(frozen=True, slots=True)
class Canaries:
    """Where they are, and what they would sing."""

    tokens: dict[str, str]
    """By kind. ``previous`` is for a run to leave behind."""
    file: Path
    port: int
    socket: Path
    abstract: str
    file_state: os.stat_result

    def seen_in(self, *streams: bytes) -> list[str]:
        """Kinds whose token is in one of the streams."""
        return [k for k, token in self.tokens.items() if any(token.encode() in s for s in streams)]

    def touched(self) -> bool:
        """Whether the file is not what it was."""
        now = self.file.stat()
        facts = ("st_mode", "st_uid", "st_gid", "st_size", "st_mtime_ns", "st_nlink")
        return any(getattr(now, fact) != getattr(self.file_state, fact) for fact in facts)


@contextmanager
def lay_out(folder: Path) -> Iterator[Canaries]:
    """Lay out one canary of each kind; they are gone afterwards."""
    tokens = {kind: f"CANARY-{kind}-{secrets.token_hex(16)}" for kind in KINDS}
    file = folder / "canary"
    file.write_text(tokens["file"])
    path = folder / "socket"
    abstract = f"jobe-torch-{secrets.token_hex(8)}"
    with ExitStack() as stack:
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(path))
        hidden = stack.enter_context(socket.socket(socket.AF_UNIX))
        hidden.bind(f"\0{abstract}")
        for kind, listener in (("port", port), ("socket", unix), ("abstract", hidden)):
            _sing(listener, tokens[kind])
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
        sleeper = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()", tokens["process"]],
            stdin=subprocess.PIPE,
        )
        stack.callback(sleeper.communicate)
        os.environ["CANARY_IN_THE_ENVIRONMENT"] = tokens["environment"]
        stack.callback(os.environ.pop, "CANARY_IN_THE_ENVIRONMENT")
        yield Canaries(tokens, file, port.getsockname()[1], path, abstract, file.stat())


def _sing(listener: socket.socket, token: str) -> None:
    """Tell everyone who calls."""
    listener.listen()

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                caller.sendall(token.encode())

    threading.Thread(target=serve, daemon=True).start()
