"""Request bodies, within a budget of memory."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from flask import request
from werkzeug.exceptions import ClientDisconnected, ServiceUnavailable

from jobe_torch.protocol.errors import TooLarge

__all__ = ["Bodies"]


class Bodies:
    """Reads bodies for all requests of the server. Safe for many threads.

    Args:
        longest_bytes: Of one body.
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
            TooLarge: It is longer than is read; if it says so itself, none of it was.
            ServiceUnavailable: Too much is held already.
            ClientDisconnected: It did not come to its end.
        """
        announced = request.content_length
        if announced is None:
            announced = self._longest_bytes
        elif announced > self._longest_bytes:
            raise self._too_large()
        self._hold(announced)
        try:
            yield self._read()
        finally:
            self._hold(-announced)

    def _hold(self, size: int) -> None:
        with self._lock:
            if size > self._free_bytes:
                raise ServiceUnavailable("The server has too much to do")
            self._free_bytes -= size

    def _read(self) -> bytes:
        # One more, since the framework silently ends a chunked body at its bound.
        request.max_content_length = self._longest_bytes + 1
        try:
            body = request.get_data(cache=False)
        except OSError as error:
            raise ClientDisconnected from error
        if len(body) > self._longest_bytes:
            raise self._too_large()
        return body

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The request body may have {self._longest_bytes} bytes")
