"""What a run may use: what it asks for, a language's defaults, the server's bounds.

Sizes arrive as Jobe's MB, which are 1,024,000 bytes, and are bytes from
`Parameters` on (protocol reference §6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from jobe_torch.cell.wire import Limits
from jobe_torch.protocol.errors import BadRequest

__all__ = ["MB", "Bounds", "Defaults", "Wanted", "compile_limits", "run_limits"]

MB = 1_024_000
"""Bytes of Jobe's MB."""

N = TypeVar("N", int, float)

_WALL_PER_CPU = 2
_LEAST_COMPILE_CPU_SECONDS = 2
_LEAST_COMPILE_MEMORY_BYTES = 500 * MB
_LEAST_COMPILE_FILE_BYTES = 20 * MB
_LEAST_COMPILE_PROCESSES = 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that this server gives one run. All but CPU time is clamped, not refused."""

    cpu_seconds: int = 120
    memory_bytes: int = 2 << 30
    file_bytes: int = 256 << 20
    stream_bytes: int = 16 << 20
    processes: int = 256
    support_bytes: int = 128 << 20
    """Sum of the files a run brings along; more is refused."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for; None where it asks for nothing."""

    cpu_seconds: float | None = None
    memory_bytes: int | None = None
    """0 is no limit."""
    file_bytes: int | None = None
    """-1 is no limit."""
    stream_bytes: int | None = None
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a run of a language gets that asks for nothing, and the quirks of its tools."""

    cpu_seconds: float = 5
    memory_bytes: int = 400 * MB
    file_bytes: int = 20 * MB
    stream_bytes: int = 2 * MB
    processes: int = 30
    least_processes: int = 0
    """A smaller request is raised to this."""
    ignores_memory: bool = False
    """Whatever is asked for, memory has no limit but the server's bound."""
    may_reserve: bool = False
    """A request for no limit gets none but the cell's own, which counts what is in use: sanitizers
    of compiled programs reserve terabytes of addresses."""


def run_limits(wanted: Wanted, defaults: Defaults, bounds: Bounds) -> Limits:
    """The limits of the run step: final numbers for the cell.

    Raises:
        BadRequest: The run would have no process.
    """
    cpu_seconds = _or(wanted.cpu_seconds, defaults.cpu_seconds)
    memory_bytes = _or(wanted.memory_bytes, defaults.memory_bytes)
    file_bytes = _or(wanted.file_bytes, defaults.file_bytes)
    processes = max(_or(wanted.processes, defaults.processes), defaults.least_processes)
    if processes < 1:
        raise BadRequest("parameter 'numprocs' must be at least 1")
    if defaults.ignores_memory or (memory_bytes == 0 and not defaults.may_reserve):
        memory_bytes = bounds.memory_bytes
    return Limits(
        cpu_seconds=cpu_seconds,
        wall_seconds=_WALL_PER_CPU * cpu_seconds,
        memory_bytes=min(memory_bytes, bounds.memory_bytes),
        file_bytes=bounds.file_bytes if file_bytes < 0 else min(file_bytes, bounds.file_bytes),
        stream_bytes=min(_or(wanted.stream_bytes, defaults.stream_bytes), bounds.stream_bytes),
        processes=min(processes, bounds.processes),
    )


def compile_limits(run: Limits, bounds: Bounds) -> Limits:
    """The limits of the compile step: the run's, raised to the minima of protocol reference §6."""
    cpu_seconds = max(run.cpu_seconds, _LEAST_COMPILE_CPU_SECONDS)
    memory_bytes = max(run.memory_bytes or bounds.memory_bytes, _LEAST_COMPILE_MEMORY_BYTES)
    return replace(
        run,
        cpu_seconds=cpu_seconds,
        wall_seconds=_WALL_PER_CPU * cpu_seconds,
        memory_bytes=min(memory_bytes, bounds.memory_bytes),
        file_bytes=min(max(run.file_bytes, _LEAST_COMPILE_FILE_BYTES), bounds.file_bytes),
        processes=min(max(run.processes, _LEAST_COMPILE_PROCESSES), bounds.processes),
    )


def _or(wanted: N | None, default: N) -> N:
    return default if wanted is None else wanted
