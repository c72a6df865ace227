"""The client on the other side of the connection."""

from __future__ import annotations

import socket
import ssl

from flask import request

__all__ = ["Client", "job_id", "loggable"]

_LONGEST_LOGGED = 100


class Client:
    """The client of the current request, also from outside of the request's context."""

    def __init__(self) -> None:
        self._socket = request.environ.get("gunicorn.socket")

    def gone(self) -> bool:
        """Whether it has hung up. Where that cannot be seen, it has not."""
        if not isinstance(self._socket, socket.socket) or isinstance(self._socket, ssl.SSLSocket):
            return False
        try:
            return self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


def job_id() -> str:
    """The client's own name for its job, for the log; empty where there is none."""
    return loggable(request.headers.get("X-CodeRunner-Job-Id", ""))


def loggable(text: str) -> str:
    """What a client sent, so that it cannot pass for other parts of the log, or flood it."""
    return text.encode("unicode_escape")[:_LONGEST_LOGGED].decode()
