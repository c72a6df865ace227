"""How the agent hands a job to a spare: as plain values, and in the form that Python reads fastest.

A spare is a fork, and each page of memory that it touches for the first time costs
it a copy: what `wire` does for the server would touch a hundred.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Callable
from dataclasses import astuple
from typing import NamedTuple

from jobe_torch.cell.wire import File, Job, Limits, read_exactly

__all__ = ["Task", "pack", "read"]

_LENGTH = struct.Struct("=Q")
_FORMAT = 2  # that of all versions of Python: agent and spare may have two


class Task(NamedTuple):
    """What a spare has to do."""

    source: str
    arguments: tuple[str, ...]
    files: tuple[File, ...]
    stdin: bytes
    check: Limits | None
    """Those of the compile check, if one comes first."""
    limits: Limits
    """Those of the run."""


def pack(job: Job) -> bytes:
    """The bytes that hand a job over."""
    arguments = job.run.argv[len(job.run.argv) - job.run_args :]
    files = tuple((file.name, file.content) for file in job.files)
    check = astuple(job.compile.limits) if job.compile else None
    plain = (job.source, arguments, files, job.stdin, check, astuple(job.run.limits))
    packed = marshal.dumps(plain, _FORMAT)
    return _LENGTH.pack(len(packed)) + packed


def read(receive: Callable[[int], bytes]) -> Task:
    """The task that comes over a stream.

    Raises:
        EOFError: the stream ended.
    """
    (length,) = _LENGTH.unpack(read_exactly(receive, _LENGTH.size))
    source, arguments, files, stdin, check, limits = marshal.loads(  # noqa: S302 - from the agent
        read_exactly(receive, length)
    )
    return Task(
        source,
        arguments,
        tuple([File(*file) for file in files]),
        stdin,
        check and Limits(*check),
        Limits(*limits),
    )
