"""Carries requests between the server and the engine, one to a connection."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable

import structlog

from jobe_torch.gate.rules import Refused, Request, Rules

__all__ = ["serve"]

_log = structlog.get_logger(__name__)

_HEAD_BYTES = 1 << 16
_BODY_BYTES = 1 << 20
_PIECE_BYTES = 1 << 16
_HEAD_SECONDS = 30.0

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def serve(
    listener: socket.socket, connect: Callable[[], Awaitable[_Streams]], rules: Rules
) -> None:
    """Stand at a bound socket until cancelled.

    Args:
        listener: where the server knocks.
        connect: makes a connection to the engine.
        rules: what may pass.
    """

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Passage(connect, rules).pass_on(reader, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
            _log.info("connection ended", reason=str(error))
        finally:
            writer.close()

    gate = await asyncio.start_unix_server(handle, sock=listener, limit=_HEAD_BYTES)
    async with gate:
        await gate.serve_forever()


class _Passage:
    """One connection of the server."""

    def __init__(self, connect: Callable[[], Awaitable[_Streams]], rules: Rules) -> None:
        self._connect = connect
        self._rules = rules

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request, judge it, and pass it and the answer on."""
        async with asyncio.timeout(_HEAD_SECONDS):
            request = await _read_request(reader)
        try:
            passed = self._rules.check(request)
            await self._check_owner(passed.container)
            engine_reader, engine_writer = await self._connect()
        except Refused as refusal:
            _log.warning("refused", method=request.method, target=request.target, why=str(refusal))
            await _answer(writer, 403, str(refusal))
            return
        except OSError as error:
            await _answer(writer, 503, f"no Docker Engine: {error}")
            return
        try:
            engine_writer.write(_frame(passed.request))
            head = await engine_reader.readuntil(b"\r\n\r\n")
            writer.write(head)
            # Only a connection that is a container's stream by now carries more upwards: any
            # other would let a second request through that nobody has judged.
            if passed.request.attaches and head.split(b" ", 2)[1] == b"101":
                await _both_ways((reader, writer), (engine_reader, engine_writer))
            else:
                await _carry(engine_reader, writer)
        finally:
            engine_writer.close()

    async def _check_owner(self, container: str | None) -> None:
        """Refuse what is about a container of somebody else.

        What is not there may be asked for: the engine says so itself.
        """
        if container is None:
            return
        reader, writer = await self._connect()
        # HTTP/1.0: the answer ends with the connection and comes in one piece.
        writer.write(f"GET /containers/{container}/json HTTP/1.0\r\n\r\n".encode())
        head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        writer.close()
        status = head.split(b" ", 2)[1]
        if status != b"404" and not (status == b"200" and self._rules.owns(json.loads(body))):
            raise Refused("no container of this server")


async def _read_request(reader: asyncio.StreamReader) -> Request:
    """The request.

    Raises:
        ValueError: it is none.
    """
    raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = raw.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    if "transfer-encoding" in headers:
        raise ValueError("a body without a stated length")
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= _BODY_BYTES:
        raise ValueError(f"a body of {length} bytes")
    return Request(method, target, await reader.readexactly(length))


def _frame(request: Request) -> bytes:
    """The request as the engine gets it: with a head of our own making."""
    connection = "Upgrade\r\nUpgrade: tcp" if request.attaches else "close"
    head = (
        f"{request.method} {request.target} HTTP/1.1\r\nHost: engine\r\n"
        f"Connection: {connection}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(request.body)}\r\n\r\n"
    )
    return head.encode("latin-1") + request.body


async def _answer(writer: asyncio.StreamWriter, status: int, message: str) -> None:
    body = json.dumps({"message": message}).encode()
    writer.write(
        f"HTTP/1.1 {status} Gate\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    await writer.drain()


async def _both_ways(server: _Streams, engine: _Streams) -> None:
    """Carry bytes until the engine has ended; the server's end is passed on."""
    upward = asyncio.create_task(_carry(server[0], engine[1]))
    try:
        await _carry(engine[0], server[1])
    finally:
        upward.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await upward


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(_PIECE_BYTES):
        target.write(data)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
