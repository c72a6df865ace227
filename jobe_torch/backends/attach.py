"""The stream of an attached container: both of its outputs come in one, in pieces with a header.

Docker Engine API, "ContainerAttach", "Stream format": one byte that names the
stream, three zero bytes, the piece's length as a big-endian u32, the piece.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable

from jobe_torch.backends.talk import readable

__all__ = ["AttachedStream"]

_HEADER = struct.Struct(">B3xI")
_STDOUT = 1
_READ_BYTES = 1 << 20


class AttachedStream:
    """A container's stdin and stdout as one connected socket; stderr goes elsewhere.

    Args:
        raw: what an attach request left us with. Only its socket has time-outs, and only
            both together close.
        log: called with what came on stderr.
    """

    def __init__(self, raw: socket.SocketIO, log: Callable[[bytes], None]) -> None:
        self._raw = raw
        self._connection: socket.socket = raw._sock  # type: ignore[attr-defined] # noqa: SLF001 - there is no other way
        self._log = log
        self._header = b""
        self._piece_left = 0
        self._piece_is_stdout = False
        self._waiting = bytearray()
        """What came on stdout and was not asked for yet."""

    def settimeout(self, seconds: float | None) -> None:
        """As of a socket."""
        self._connection.settimeout(seconds)

    def sendall(self, data: bytes) -> None:
        """As of a socket."""
        self._connection.sendall(data)

    def recv(self, size: int) -> bytes:
        """As of a socket."""
        while not self._waiting:
            data = self._connection.recv(_READ_BYTES)
            if not data:
                return b""
            self._sort(data)
        taken = bytes(self._waiting[:size])
        del self._waiting[:size]
        return taken

    def silent(self) -> bool:
        """Whether the stream is open and nothing was said on stdout that nobody asked for."""
        try:
            while readable(self._connection):
                data = self._connection.recv(_READ_BYTES)
                if not data:
                    return False
                self._sort(data)
        except (OSError, ValueError):
            return False
        return not self._waiting

    def close(self) -> None:
        """Hang up; a `recv` in another thread returns."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        self._raw.close()

    def _sort(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if not self._piece_left:
                missing = _HEADER.size - len(self._header)
                self._header += rest[:missing]
                rest = rest[missing:]
                if len(self._header) == _HEADER.size:
                    stream, self._piece_left = _HEADER.unpack(self._header)
                    self._piece_is_stdout = stream == _STDOUT
                    self._header = b""
                continue
            part, rest = rest[: self._piece_left], rest[self._piece_left :]
            self._piece_left -= len(part)
            if self._piece_is_stdout:
                self._waiting += part
            else:
                self._log(bytes(part))
