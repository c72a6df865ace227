"""The frames that the server and a cell's agent exchange, and the records inside them.

A frame is ``u32 header length | u32 body length | JSON header | body``, big
endian. The body is raw bytes: the header names each piece's size, so no byte of
a submission is ever escaped or decoded on its way. A frame that is malformed or
longer than its bound raises `WireError`; the reader must then give the peer up.

Conversation: the agent sends one `Ready`; then, one at a time, the server sends
a `Job`, the agent answers `Started` (from here on submitted bytes may have been
executed) and one `Report`, or `Void` and its end.
"""

from __future__ import annotations

import json
import signal
import struct
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

__all__ = [
    "MAX_FRAME_BYTES",
    "Clock",
    "File",
    "Job",
    "Limits",
    "Message",
    "Ready",
    "Report",
    "Started",
    "Step",
    "StepOutcome",
    "Void",
    "WireError",
    "decode",
    "encode",
    "read_exactly",
    "read_frame",
]

MAX_FRAME_BYTES = 256 * 1024 * 1024
"""Bound of one frame: the HTTP body bound, the files of a run, and both streams fit."""

_PREFIX = struct.Struct(">II")


class WireError(Exception):
    """The peer sent something that is no frame: give it up."""


class Clock(Enum):
    """The clock that ended a step."""

    CPU = "cpu"
    WALL = "wall"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one step may use. Every number is final: clamped and defaulted by the server."""

    cpu_seconds: float
    """Sum over the step's processes, counted from the hand-over."""
    wall_seconds: float
    """Time on the clock, less what the step stood in the kernel's run queue."""
    memory_bytes: int
    """Private memory over the warm baseline; 0 means the cell's own bound."""
    file_bytes: int
    """Largest single file; -1 means no bound but the file system's size."""
    stream_bytes: int
    """Bytes kept of each of stdout and stderr; the rest is read and thrown away."""
    processes: int
    """Processes and threads of the run at one time."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the working directory."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One command in the working directory."""

    argv: tuple[str, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Job:
    """One run, as the agent gets it.

    Files are written in order, so that a later one of the same name wins.
    ``compile`` fails when it leaves anything on stderr; then ``run`` does not start.
    """

    id: str
    files: tuple[File, ...]
    stdin: bytes
    compile: Step | None
    run: Step
    warm: bool = False
    """The steps are Python's own check and run of ``source`` with default
    interpreter arguments: the waiting spare may become this run. ``run.argv``
    is ``(python, *interpreter arguments, source, *run arguments)`` and
    ``run_args`` says how many of its last words are run arguments."""
    source: str = ""
    run_args: int = 0
    gpu: bool = False
    """It needs a cell with a GPU."""


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How one step ended: facts, not a verdict."""

    exit_code: int | None
    """None when a signal or a clock ended it."""
    signal: int | None
    timed_out: Clock | None
    out_of_memory: bool
    """The kernel killed a process of the step for memory."""
    cpu_seconds: float
    wall_seconds: float
    stdout: bytes
    stderr: bytes
    stdout_dropped: int
    """Bytes read past ``stream_bytes`` and thrown away."""
    stderr_dropped: int

    @property
    def was_killed(self) -> bool:
        """Whether somebody killed it, and not for a limit."""
        return self.signal == signal.SIGKILL and not self.out_of_memory


@dataclass(frozen=True, slots=True)
class Ready:
    """The agent's first frame."""

    python: str
    modules: dict[str, str]
    """Preloaded modules and their versions."""
    jail: str
    """The jail level in force."""
    memory_bytes: int
    """What the idle cell has for itself; all that its interpreter has where no group counts it."""


@dataclass(frozen=True, slots=True)
class Started:
    """Submitted bytes may have been executed from here on: the run must not be repeated."""

    id: str


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a job. ``run`` is None exactly when ``compile`` failed."""

    id: str
    compile: StepOutcome | None
    compile_failed: bool
    run: StepOutcome | None
    warm: bool
    """A spare took the run."""


@dataclass(frozen=True, slots=True)
class Void:
    """A job's outcome would not be its own: it may be repeated, in another cell.

    Nothing of it was executed, or it failed and the cell's GPU was found lost.
    """

    id: str
    reason: str


Message = Ready | Job | Started | Report | Void
_MESSAGES: dict[str, type[Message]] = {
    cls.__name__: cls for cls in (Ready, Job, Started, Report, Void)
}


def encode(message: Message) -> bytes:
    """The frame of a message.

    Raises:
        WireError: the message is longer than `MAX_FRAME_BYTES`.
    """
    body: list[bytes] = []
    header = json.dumps([type(message).__name__, _pack(message, body)]).encode()
    body_bytes = sum(map(len, body))
    if len(header) + body_bytes > MAX_FRAME_BYTES:
        raise WireError(f"a frame of {len(header) + body_bytes} bytes is too long to send")
    return b"".join((_PREFIX.pack(len(header), body_bytes), header, *body))


def read_frame(read: Callable[[int], bytes]) -> Message:
    """The next message of a stream whose ``read(n)`` returns at most n bytes, b"" at its end.

    Raises:
        EOFError: the stream ended, also in the middle of a frame.
        WireError: what came is no frame.
    """
    header_bytes, body_bytes = _PREFIX.unpack(read_exactly(read, _PREFIX.size))
    if header_bytes + body_bytes > MAX_FRAME_BYTES:
        raise WireError(f"a frame of {header_bytes + body_bytes} bytes is too long to read")
    return decode(read_exactly(read, header_bytes), read_exactly(read, body_bytes))


def decode(header: bytes, body: bytes) -> Message:
    """The message of a frame's two parts.

    Raises:
        WireError: they do not make up a message.
    """
    try:
        name, packed = json.loads(header)
        rest = _Body(body)
        message = _unpacker(_MESSAGES[name])(packed, rest)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError(f"malformed frame: {error!r}") from error
    if rest.left:
        raise WireError(f"{rest.left} bytes of the frame belong to nothing")
    return typing.cast("Message", message)


def read_exactly(read: Callable[[int], bytes], wanted: int) -> bytes:
    """The next ``wanted`` bytes of such a stream.

    Raises:
        EOFError: the stream ended before.
    """
    pieces = []
    while wanted:
        piece = read(min(wanted, 1 << 20))
        if not piece:
            raise EOFError("the stream ended")
        pieces.append(piece)
        wanted -= len(piece)
    return b"".join(pieces)


class _Body:
    """The raw part of a frame, handed out piece by piece."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: object) -> bytes:
        if type(size) is not int or not 0 <= size <= self.left:
            raise ValueError(f"a piece of {size!r} bytes, {self.left} left")
        self._at += size
        return self._data[self._at - size : self._at]


def _pack(value: object, body: list[bytes]) -> object:
    if isinstance(value, bytes):
        body.append(value)
        return len(value)
    if is_dataclass(value):
        return [_pack(getattr(value, f.name), body) for f in fields(value)]
    if isinstance(value, tuple):
        return [_pack(item, body) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value


_Unpack = Callable[[typing.Any, _Body], object]
_unpackers: dict[object, _Unpack] = {}


def _unpacker(hint: object) -> _Unpack:
    if hint not in _unpackers:
        _unpackers[hint] = _make_unpacker(hint)
    return _unpackers[hint]


def _make_unpacker(hint: object) -> _Unpack:  # noqa: PLR0911 - one return for each kind of type
    """How a value of a type is read back; the types are those of the records above."""
    if hint is bytes:
        return lambda value, body: body.take(value)
    if hint is float:
        return lambda value, _: float(_typed(value, (int, float)))
    if hint in (int, str, bool):
        return lambda value, _: _typed(value, typing.cast("type", hint))
    if isinstance(hint, types.UnionType):
        inner = _unpacker(next(arg for arg in typing.get_args(hint) if arg is not type(None)))
        return lambda value, body: None if value is None else inner(value, body)
    if typing.get_origin(hint) is tuple:
        item = _unpacker(typing.get_args(hint)[0])
        return lambda value, body: tuple(item(v, body) for v in _typed(value, list))
    if typing.get_origin(hint) is dict:
        return lambda value, _: {
            _typed(k, str): _typed(v, str) for k, v in _typed(value, dict).items()
        }
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value, _: hint(value)
    return _record_unpacker(typing.cast("type", hint))


def _record_unpacker(cls: type) -> _Unpack:
    hints = typing.get_type_hints(cls)
    parts = [_unpacker(hints[f.name]) for f in fields(cls)]

    def unpack(value: object, body: _Body) -> object:
        values = _typed(value, list)
        if len(values) != len(parts):
            raise ValueError(f"{cls.__name__} with {len(values)} fields")
        return cls(*(part(v, body) for part, v in zip(parts, values, strict=True)))

    return unpack


def _typed(value: typing.Any, kind: type | tuple[type, ...]) -> typing.Any:  # noqa: ANN401 - JSON
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if type(value) not in kinds:
        raise ValueError(f"{value!r} where {kinds} belongs")
    return value


# Now, since a record's hints can be resolved only while its module is imported, and a
# spare takes this package out of its interpreter before it gets its job.
for _message in _MESSAGES.values():
    _unpacker(_message)
