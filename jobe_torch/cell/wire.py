"""The frames that the server and a cell's agent exchange, and the records inside them.

A frame is ``u32 header length | u32 body length | JSON header | body``, big
endian. The body is raw bytes: the header names each piece's size, so no byte of
a submission is ever escaped or decoded on its way. A frame that is malformed or
longer than its bound raises `WireError`; the reader must then give the peer up.

Conversation: the agent sends one `Ready`; then, one at a time, the server sends
a `Job`, the agent answers `Started` (from here on submitted bytes may have been
executed) and one `Report`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import Enum

__all__ = [
    "MAX_FRAME_BYTES",
    "Clock",
    "File",
    "Frame",
    "Job",
    "Limits",
    "Ready",
    "Report",
    "Started",
    "Step",
    "StepOutcome",
    "WireError",
    "decode",
    "encode",
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
    ``compile`` fails when it leaves anything on stderr, or by ``artifact``
    (a file it must produce) being absent; then ``run`` does not start.
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
    artifact: str = ""


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


@dataclass(frozen=True, slots=True)
class Ready:
    """The agent's first frame."""

    python: str
    modules: dict[str, str]
    """Preloaded modules and their versions."""
    jail: str
    """The jail level in force."""
    memory_bytes: int
    """Private memory of the idle cell."""
    languages: dict[str, str] = field(default_factory=dict)
    """Languages this cell can run, and their versions."""


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
