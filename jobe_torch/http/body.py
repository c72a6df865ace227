"""Request bodies, within a budget of memory."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from flask import request
from werkzeug.exceptions import ClientDisconnected, ServiceUnavailable

__all__ = ["Bodies"]


class Bodies:
    """Reads bodies for all requests of the server. Safe for many threads.

    Args:
        longest_bytes: Of one body; the framework refuses longer ones unread.
        held_bytes: Of all bodies that are being worked on, waiting runs included.
    """

    def __init__(self, *, longest_bytes: int, held_bytes: int) -> None:
        self._longest_bytes = longest_bytes
        self._free_bytes = held_bytes
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def received(self) -> Iterator[bytes]:
        """The body of the current request; its memory counts as held until the exit.

        Raises:
            RequestEntityTooLarge: It is longer than is read.
            ServiceUnavailable: Too much is held already.
            ClientDisconnected: It did not come to its end.
        """
        announced = request.content_length
        held = self._longest_bytes if announced is None else min(announced, self._longest_bytes)
        self._hold(held)
        try:
            yield _read()
        finally:
            self._hold(-held)

    def _hold(self, size: int) -> None:
        with self._lock:
            if size > self._free_bytes:
                raise ServiceUnavailable("The server has too much to do")
            self._free_bytes -= size


def _read() -> bytes:
    try:
        return request.get_data(cache=False)
    except OSError as error:
        raise ClientDisconnected from error
