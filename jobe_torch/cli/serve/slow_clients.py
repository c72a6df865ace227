"""Bounds what clients that send slowly, or nothing, can take from the others."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from gunicorn.http.unreader import SocketUnreader

__all__ = ["PatientUnreader", "SlowClients"]

REQUEST_SECONDS = 75.0
"""A request must have come in by then. The application allows a body less, and says so."""
ANSWER_SECONDS = 30
"""The client must have taken the answer by then."""


class SlowClients:
    """The connections whose threads are waiting for their clients at this moment.

    When too many have nothing to read, the one that began longest ago is cut
    off. A client on a working network is not the oldest of those. Where there
    is something to read it is this machine that is slow.

    Args:
        most: Of them that are borne.
        outside: Entered by each thread for as long as it waits.
    """

    def __init__(
        self,
        most: int,
        *,
        outside: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        self._most = most
        self._outside = outside
        self._lock = threading.Lock()
        self._waiting: dict[socket.socket, float] = {}

    @contextlib.contextmanager
    def waiting_for(self, client: socket.socket, began: float) -> Iterator[None]:
        """Count the calling thread as waiting for a client; reads may end early meanwhile."""
        with self._lock:
            self._waiting[client] = began
            # Looking costs a call to the system for all of them.
            silent = self._silent() if len(self._waiting) > self._most else []
            if len(silent) > self._most:
                _cut_off(min(silent, key=lambda one: self._waiting[one]))
        try:
            with self._outside():
                yield
        finally:
            with self._lock:
                del self._waiting[client]

    def cut_off_all(self) -> None:
        """Wait for none of them any longer."""
        with self._lock:
            for client in self._waiting:
                _cut_off(client)

    def _silent(self) -> list[socket.socket]:
        """Those with nothing to read."""
        poll = select.poll()
        clients = {client.fileno(): client for client in self._waiting}
        clients.pop(-1, None)  # it has just been closed
        for descriptor in clients:
            poll.register(descriptor, select.POLLIN)
        heard = {descriptor for descriptor, _ in poll.poll(0)}
        return [client for descriptor, client in clients.items() if descriptor not in heard]


def _cut_off(client: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may have gone by itself
        client.shutdown(socket.SHUT_RDWR)


class PatientUnreader(SocketUnreader):  # type: ignore[misc] # gunicorn ships no types
    """Reads a request, but not for ever: a client that is too slow seems to have hung up."""

    def __init__(self, client: socket.socket, slow_clients: SlowClients) -> None:
        super().__init__(client)
        self._slow_clients = slow_clients
        self._began = time.monotonic()
        # The kernel's time-out: Python's own would make the socket non-blocking, for
        # everybody who looks at it.
        client.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", ANSWER_SECONDS, 0)
        )

    def begin_request(self) -> None:
        """The next bytes are a request's first."""
        self._began = time.monotonic()

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes; none when the client has hung up or is too slow."""
        left = self._began + REQUEST_SECONDS - time.monotonic()
        if left <= 0 or not (_readable(self.sock, 0) or self._wait(left)):
            return b""
        data: bytes = super().chunk(size_hint)
        return data

    def _wait(self, seconds: float) -> bool:
        # What has come stays unread meanwhile, so that it shows who is slow.
        with self._slow_clients.waiting_for(self.sock, self._began):
            return _readable(self.sock, seconds)


def _readable(client: socket.socket, seconds: float) -> bool:
    """Whether within that time there is something to read, the end of the stream included."""
    poll = select.poll()
    poll.register(client, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
