"""Every setting of the server, once: name, type, default, range, meaning.

A value comes from, in rising order: the default, a TOML file, the environment
(``JOBE_TORCH_<NAME>``), a command line flag. All of them pass through `load`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Mapping
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

import msgspec
from msgspec import Meta

__all__ = ["BadSetting", "JailLevel", "LogFormat", "Settings", "Where", "load", "names"]

ENVIRONMENT_PREFIX = "JOBE_TORCH_"
FILE_VARIABLE = "JOBE_TORCH_CONFIG"
"""Names the TOML file: the one variable with our prefix that is no setting."""

_SIZE = re.compile(r"(\d+)([KMG])", re.ASCII)
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class BadSetting(Exception):
    """A setting is unknown or its value is out of range; the text names where it was given."""


class Where(Enum):
    """The kinds of places where cells live."""

    LOCAL = "local"
    DOCKER = "docker"


class JailLevel(Enum):
    """How well a cell is walled in, best first (README, "Jail levels")."""

    USERNS = "userns"
    CAPS = "caps"
    USERNS1 = "userns1"
    UID = "uid"
    NONE = "none"


class LogFormat(Enum):
    """How log lines look."""

    TEXT = "text"
    JSON = "json"


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cell_python() -> Path:
    beside = Path(__file__).resolve().parents[1] / ".venv-cell" / "bin" / "python"
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
    backend: Annotated[Where, Meta(description="Where cells live.")] = Where.LOCAL
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
        JailLevel,
        Meta(
            description="Refuse to start local cells that are walled in less than this. "
            "`none` is accepted on a loopback address only."
        ),
    ] = JailLevel.USERNS1
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


_TYPES: dict[str, Any] = get_type_hints(Settings, include_extras=True)


def names() -> tuple[str, ...]:
    """The settings, in the order of their documentation."""
    return Settings.__struct_fields__


class _Given(NamedTuple):
    name: str
    value: object
    place: str


def load(
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force.

    Args:
        file: A TOML file of settings.
        environment: The process's environment; other variables are ignored.
        flags: Values from the command line, by setting.

    Raises:
        BadSetting: One is unknown, has the wrong type or is out of range.
    """
    given: list[_Given] = []
    if file is not None:
        given += _from_file(file)
    given += [
        _Given(variable.removeprefix(ENVIRONMENT_PREFIX).lower(), text, variable)
        for variable, text in (environment or {}).items()
        if variable.startswith(ENVIRONMENT_PREFIX) and variable != FILE_VARIABLE
    ]
    given += [
        _Given(name, text, f"--{name.replace('_', '-')}") for name, text in (flags or {}).items()
    ]
    settings = Settings(**{one.name: _convert(one) for one in given})
    _check(settings, given)
    return settings


def _from_file(file: Path) -> Iterable[_Given]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadSetting(f"{file}: {error}") from error
    return [_Given(name, value, f"{file}: {name}") for name, value in values.items()]


def _convert(given: _Given) -> Any:  # noqa: ANN401 - each setting has its own type
    """The value as its setting's type: texts are read leniently, TOML's own types strictly."""
    if given.name not in _TYPES:
        raise BadSetting(f"{given.place}: there is no setting {given.name}")
    hint, value = _TYPES[given.name], given.value
    if isinstance(value, str):
        if hint.__origin__ is int and (size := _SIZE.fullmatch(value)):
            value = int(size[1]) * _UNITS[size[2]]
        elif hint.__origin__ == tuple[str, ...]:
            value = [word.strip() for word in value.split(",") if word.strip()]
    try:
        return msgspec.convert(
            value, hint, strict=not isinstance(value, str), dec_hook=lambda kind, text: kind(text)
        )
    except msgspec.ValidationError as error:
        choices = "".join(f" {choice.value}" for choice in _choices(hint))
        choices = choices and f"; it is one of{choices}"
        raise BadSetting(f"{given.place}: {error}, got {given.value!r}{choices}") from error


def _choices(hint: Any) -> Iterable[Enum]:  # noqa: ANN401 - an Annotated form
    kind = hint.__origin__
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else ()


def _check(settings: Settings, given: Iterable[_Given]) -> None:
    """What no single setting's range can say."""
    if settings.backend is Where.LOCAL and settings.jail_minimum is JailLevel.NONE:
        if _is_loopback(settings.host):
            return
        place = next(one.place for one in given if one.name == "jail_minimum")
        raise BadSetting(
            f"{place}: none is accepted on a loopback address only, not on {settings.host}"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
