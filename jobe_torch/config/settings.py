"""Every setting of the server, once: name, type, default, range, meaning."""

from __future__ import annotations

import os
import shutil
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from jobe_torch.cell.jail import Level

__all__ = ["LogFormat", "Settings"]


class LogFormat(Enum):
    """How log lines look."""

    TEXT = "text"
    JSON = "json"


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cell_python() -> Path:
    beside = Path(__file__).resolve().parents[2] / ".venv-cell" / "bin" / "python"
    return beside if beside.exists() else Path(shutil.which("python3") or sys.executable)


def _files_directory() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "jobe-torch" / "files"


Bytes = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=1)]


def _default(words: str) -> dict[str, str]:
    """What the docs say of a default that depends on the machine."""
    return {"default": words}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the server was told. Sizes in bytes (files and flags also take K, M, G)."""

    host: Annotated[str, Meta(description="Address to listen on.", min_length=1)] = "127.0.0.1"
    port: Annotated[int, Meta(description="TCP port; 0 takes a free one.", ge=0, le=65535)] = 4000
    cells: Annotated[
        int,
        Meta(
            description="Runs at one time.",
            ge=1,
            le=1024,
            extra=_default("the number of processor cores"),
        ),
    ] = msgspec.field(default_factory=_cores)
    cell_python: Annotated[
        Path,
        Meta(
            description="The interpreter of local cells; it has torch and numpy.",
            extra=_default("`.venv-cell` beside the checkout if there, else `python3` on the path"),
        ),
    ] = msgspec.field(default_factory=_cell_python)
    runs_per_cell: Annotated[
        int,
        Meta(
            description="Replace a cell after this many runs; 1 gives each run a cell of its own.",
            ge=1,
        ),
    ] = 1000
    jail_minimum: Annotated[
        Level,
        Meta(
            description="Refuse to start local cells that are walled in less than this. "
            "`none` is accepted on a loopback address only."
        ),
    ] = Level.USERNS1
    wait_seconds: Annotated[
        float,
        Meta(description="How long a run may wait for a cell before outcome 21.", ge=0, le=300),
    ] = 10.0
    line_length: Annotated[
        int, Meta(description="Runs that may wait at one time; more get outcome 21.", ge=1, le=4096)
    ] = 256
    drain_seconds: Annotated[
        float,
        Meta(description="What running submissions may take when the server ends.", ge=0, le=600),
    ] = 20.0
    cputime_max_seconds: Annotated[
        int, Meta(description="A run that asks for more CPU time is refused.", ge=1, le=86400)
    ] = 120
    memory_max_bytes: Annotated[
        Bytes, Meta(description="A run's memory at most; more is clamped, 0 means this.")
    ] = 2 << 30
    disk_max_bytes: Annotated[
        Bytes, Meta(description="A run's files at most; more is clamped.")
    ] = 256 << 20
    stream_max_bytes: Annotated[
        Bytes, Meta(description="Bytes kept of each of stdout and stderr; more is clamped.")
    ] = 16 << 20
    processes_max: Annotated[
        Count, Meta(description="A run's processes and threads at most; more is clamped.")
    ] = 256
    body_max_bytes: Annotated[
        Bytes, Meta(description="The longest request body that is read.", le=200 << 20)
    ] = 64 << 20
    files_directory: Annotated[
        Path,
        Meta(
            description="Where uploaded files are kept.",
            extra=_default("`jobe-torch/files` in the user's cache directory"),
        ),
    ] = msgspec.field(default_factory=_files_directory)
    files_max_bytes: Annotated[
        Bytes, Meta(description="Uploaded files kept; the least recently used goes first.")
    ] = 1 << 30
    cors_origins: Annotated[
        tuple[str, ...],
        Meta(description="Web origins that may call us from a browser; `*` is any."),
    ] = ()
    debugging: Annotated[
        bool, Meta(description="Whether runs are debug runs unless they say otherwise.")
    ] = False
    metrics: Annotated[bool, Meta(description="Whether `/metrics` is served.")] = True
    log_format: Annotated[LogFormat, Meta(description="How log lines look.")] = LogFormat.TEXT
