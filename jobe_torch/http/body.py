"""Request bodies: read within a time, held within a budget of memory."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestTimeout, ServiceUnavailable

__all__ = ["Bodies"]


class Bodies:
    """Reads bodies for all requests of the server. Safe for many threads.

    Args:
        longest_bytes: Of one body; the framework refuses longer ones unread.
        held_bytes: Of all bodies that are being worked on.
        seconds: A body must have come within this time, however it trickles.
    """

    def __init__(self, *, longest_bytes: int, held_bytes: int, seconds: float) -> None:
        self._longest_bytes = longest_bytes
        self._free_bytes = held_bytes
        self._lock = threading.Lock()
        self._watch = _Watch(seconds)

    @contextlib.contextmanager
    def received(self) -> Iterator[bytes]:
        """The body of the current request; its memory counts as held until the exit.

        Raises:
            RequestEntityTooLarge: It is longer than is read.
            RequestTimeout: It did not come in time.
            ServiceUnavailable: Too much is held already.
        """
        announced = request.content_length
        held = self._longest_bytes if announced is None else min(announced, self._longest_bytes)
        self._hold(held)
        try:
            yield self._read()
        finally:
            self._hold(-held)

    def _hold(self, size: int) -> None:
        with self._lock:
            if size > self._free_bytes:
                raise ServiceUnavailable("The server has too much to do")
            self._free_bytes -= size

    def _read(self) -> bytes:
        read = partial(request.get_data, cache=False)
        client = request.environ.get("gunicorn.socket")
        return self._watch.read(client, read) if isinstance(client, socket.socket) else read()


class _Watch:
    """Ends the reading of sockets that take too long.

    A time-out of the socket would start anew with each byte, so one thread looks
    after all readers and ends those that are late.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = threading.Condition()
        # In the order of their deadlines, since all have the same time.
        self._deadlines: OrderedDict[socket.socket, float] = OrderedDict()
        self._thread: threading.Thread | None = None

    def read(self, client: socket.socket, read: Callable[[], bytes]) -> bytes:
        """What ``read`` reads from a socket.

        Raises:
            RequestTimeout: It was late.
            ClientDisconnected: The client hung up.
        """
        self._begin(client)
        try:
            return read()
        except (OSError, ClientDisconnected) as error:
            if client in self._deadlines:
                raise ClientDisconnected from error
            raise RequestTimeout from error
        finally:
            with self._changed:
                self._deadlines.pop(client, None)

    def _begin(self, client: socket.socket) -> None:
        with self._changed:
            self._deadlines[client] = time.monotonic() + self._seconds
            self._changed.notify()
            if self._thread is None:
                # Only now: the server may have forked since this was made.
                self._thread = threading.Thread(target=self._end_late, daemon=True)
                self._thread.start()

    def _end_late(self) -> None:
        with self._changed:
            while True:
                client, deadline = next(iter(self._deadlines.items()), (None, float("inf")))
                left = deadline - time.monotonic()
                if client is None or left > 0:
                    self._changed.wait(None if client is None else left)
                    continue
                del self._deadlines[client]
                with contextlib.suppress(OSError):  # it has gone by itself
                    client.shutdown(socket.SHUT_RD)
