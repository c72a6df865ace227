"""Bounds what clients that send slowly, or nothing, can take from the others."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator

from gunicorn.http.unreader import SocketUnreader

__all__ = ["PatientUnreader", "SlowClients"]

REQUEST_SECONDS = 75.0
"""A request must have come in by then. The application allows a body less, and says so."""
ANSWER_SECONDS = 30.0
"""The client must have taken the answer by then."""


class SlowClients:
    """The connections whose threads are waiting for their clients at this moment.

    When there are too many, the one that began longest ago is cut off. A
    client on a working network waits here for milliseconds, so it is never
    the oldest.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[socket.socket, float] = {}

    @contextlib.contextmanager
    def waiting_for(self, client: socket.socket, began: float) -> Iterator[None]:
        """Count the calling thread as waiting for a client; reads may end early meanwhile."""
        with self._lock:
            self._waiting[client] = began
            if len(self._waiting) > self._most:
                _cut_off(min(self._waiting, key=lambda one: self._waiting[one]))
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[client]

    def cut_off_all(self) -> None:
        """Wait for none of them any longer."""
        with self._lock:
            for client in self._waiting:
                _cut_off(client)


def _cut_off(client: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may have gone by itself
        client.shutdown(socket.SHUT_RDWR)


class PatientUnreader(SocketUnreader):  # type: ignore[misc] # gunicorn ships no types
    """Reads a request, but not for ever: a client that is too slow seems to have hung up."""

    def __init__(self, client: socket.socket, slow_clients: SlowClients) -> None:
        super().__init__(client)
        self._slow_clients = slow_clients
        self._began = time.monotonic()
        _set_timeout(client, socket.SO_SNDTIMEO, ANSWER_SECONDS)

    def begin_request(self) -> None:
        """The next bytes are a request's first."""
        self._began = time.monotonic()

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes; none when the client has hung up or is too slow."""
        left = self._began + REQUEST_SECONDS - time.monotonic()
        if left <= 0:
            return b""
        _set_timeout(self.sock, socket.SO_RCVTIMEO, left)
        try:
            with self._slow_clients.waiting_for(self.sock, self._began):
                data: bytes = super().chunk(size_hint)
        except BlockingIOError:
            return b""
        return data


def _set_timeout(client: socket.socket, option: int, seconds: float) -> None:
    # The kernel's time-out: Python's own would make the socket non-blocking, for
    # everybody who looks at it.
    whole, part = divmod(max(seconds, 0.001), 1)
    client.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(whole), int(part * 1e6)))
