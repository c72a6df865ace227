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

__all__ = ["BackendKind", "GpuDoor", "LogFormat", "Settings"]


class BackendKind(Enum):
    """Where cells live."""

    LOCAL = "local"
    DOCKER = "docker"


class GpuDoor(Enum):
    """How a GPU gets into a container."""

    NVIDIA = "nvidia"
    CDI = "cdi"


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


def _docker_host() -> str:
    return os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


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
    backend: Annotated[
        BackendKind,
        Meta(description="Where cells live: process trees on this host, or Docker containers."),
    ] = BackendKind.LOCAL
    cell_python: Annotated[
        Path,
        Meta(
            description="The interpreter of local cells; it has torch and numpy.",
            extra=_default("`.venv-cell` beside the checkout if there, else `python3` on the path"),
        ),
    ] = msgspec.field(default_factory=_cell_python)
    gpus: Annotated[
        tuple[str, ...],
        Meta(
            description="NVIDIA GPUs that runs may ask for: `all`, or UUIDs (`GPU-...`, or "
            "`MIG-...` for a slice) as `nvidia-smi -L` shows them."
        ),
    ] = ()
    cells_per_gpu: Annotated[
        int,
        Meta(
            description="Runs at one time on each GPU; each may have an even share of its memory.",
            ge=1,
            le=16,
        ),
    ] = 1
    gpu_idle_seconds: Annotated[
        float,
        Meta(
            description="After so long without a run a cell gives its GPU's memory back; the next "
            "run then waits for a CUDA context.",
            ge=1,
            le=1e6,
        ),
    ] = 900.0
    gpu_wait: Annotated[
        bool,
        Meta(
            description="Whether a run that asks for a GPU while none works waits for one; else "
            "it is refused."
        ),
    ] = False
    runs_per_cell: Annotated[
        int,
        Meta(
            description="Replace a cell after this many runs; 1 gives each run a cell of its own.",
            ge=1,
        ),
    ] = 1000
    jail_minimum: Annotated[
        Level,
        Meta(description="Refuse to start cells that are walled in less than this."),
    ] = Level.USERNS1
    cell_memory_bytes: Annotated[
        int,
        Meta(
            description="What one cell may use in all, with its preloaded modules and files.",
            ge=1 << 29,
        ),
    ] = 4 << 30
    cell_processes: Annotated[
        int, Meta(description="Processes and threads of one cell, the agent's too.", ge=64)
    ] = 512
    cell_cpus: Annotated[
        float, Meta(description="Processor cores of one container.", gt=0, le=1024)
    ] = 1.0
    docker_host: Annotated[
        str,
        Meta(
            description="The Docker Engine: `unix:///...` or `tcp://host:port`.",
            min_length=1,
            extra=_default("`DOCKER_HOST`, else `unix:///var/run/docker.sock`"),
        ),
    ] = msgspec.field(default_factory=_docker_host)
    docker_image: Annotated[str, Meta(description="The image of containers.", min_length=1)] = (
        "jobe-torch-cell"
    )
    docker_runtime: Annotated[
        str, Meta(description="Another runtime than the engine's own, such as `runsc`.")
    ] = ""
    docker_apparmor: Annotated[
        str,
        Meta(
            description="AppArmor profile of containers, where the engine has AppArmor. "
            "Docker's own refuses the mounts that a cell's walls are made of.",
            min_length=1,
        ),
    ] = "unconfined"
    docker_gpus_by: Annotated[
        GpuDoor,
        Meta(
            description="How a container gets its GPU: by the hook of the NVIDIA Container "
            "Toolkit, or by CDI (Docker Engine 25 or newer) as `nvidia.com/gpu=UUID`."
        ),
    ] = GpuDoor.NVIDIA
    docker_name: Annotated[
        str,
        Meta(
            description="Begins the names of this server's containers. Two servers on one engine "
            "need two: at its start a server removes the containers of its name.",
            pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,40}$",
        ),
    ] = "jobe-torch"
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
        Bytes,
        Meta(
            description="A run's memory at most; more is clamped, 0 means this, and to C and C++ "
            "no limit but `cell_memory_bytes`."
        ),
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
            description="Where uploaded files are kept. Two servers on one host need two.",
            extra=_default("`jobe-torch/files` in the user's cache directory"),
        ),
    ] = msgspec.field(default_factory=_files_directory)
    files_max_bytes: Annotated[
        Bytes, Meta(description="Uploaded files kept; the least recently used goes first.")
    ] = 1 << 30
    keys_file: Annotated[
        str,
        Meta(
            description="TOML file of access keys, made by `jobe-torch keys`, read again on "
            "SIGHUP. Without it and without `keys` anyone may use the server."
        ),
    ] = ""
    keys: Annotated[
        tuple[str, ...],
        Meta(description="More access keys, as `NAME=KEY`.", extra={"secret": True}),
    ] = ()
    cors_origins: Annotated[
        tuple[str, ...],
        Meta(description="Web origins that may call us from a browser; `*` is any."),
    ] = ()
    debugging: Annotated[
        bool, Meta(description="Whether runs are debug runs unless they say otherwise.")
    ] = False
    metrics: Annotated[bool, Meta(description="Whether `/metrics` is served.")] = True
    log_format: Annotated[LogFormat, Meta(description="How log lines look.")] = LogFormat.TEXT
