"""Reads settings from where they are given, and refuses what is wrong, naming the place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import msgspec

from jobe_torch.config.describe import describe
from jobe_torch.config.settings import Settings

__all__ = ["ENVIRONMENT_PREFIX", "FILE_VARIABLE", "BadSetting", "load"]

ENVIRONMENT_PREFIX = "JOBE_TORCH_"
FILE_VARIABLE = "JOBE_TORCH_CONFIG"
"""Names the TOML file: the one variable with our prefix that is no setting."""

_LINK = re.compile(
    r"(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)", re.ASCII
)
"""What Kubernetes names its variables of a service; ours if that is ``jobe-torch`` or begins so."""
_SIZE = re.compile(r"(\d+)([KMG])", re.ASCII)
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_TYPES: dict[str, Any] = get_type_hints(Settings, include_extras=True)


class BadSetting(Exception):
    """A setting is unknown or its value is out of range; the text names where it was given."""


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
        environment: The process's environment; other variables are ignored, also those
            that Kubernetes sets in all containers for a service of our name.
        flags: Values from the command line, by setting.

    Raises:
        BadSetting: One is unknown, has the wrong type or is out of range.
    """
    given: list[_Given] = []
    if file is not None:
        given += _from_file(file)
    given += _from_environment(environment or {})
    given += [
        _Given(name, text, f"--{name.replace('_', '-')}") for name, text in (flags or {}).items()
    ]
    return Settings(**{one.name: _convert(one) for one in given})


def _from_file(file: Path) -> Iterable[_Given]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadSetting(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise BadSetting(f"{file}: {error}") from error
    return [_Given(name, value, f"{file}: {name}") for name, value in values.items()]


def _from_environment(environment: Mapping[str, str]) -> Iterable[_Given]:
    for variable, text in environment.items():
        name = variable.removeprefix(ENVIRONMENT_PREFIX)
        if variable in (name, FILE_VARIABLE) or _is_link(name, text):
            continue
        yield _Given(name.lower(), text, variable)


def _is_link(name: str, text: str) -> bool:
    """Whether Kubernetes tells of a service: ``PORT`` too has an address then, and no number."""
    port = name == "PORT" or name.endswith("_PORT")
    return bool(_LINK.fullmatch(name)) or (port and "://" in text)


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
        expected, *_ = str(error).split(", got ")
        values = next(one.kind for one in describe() if one.name == given.name)
        raise BadSetting(
            f"{given.place}: {expected}, got {given.value!r} (values: {values})"
        ) from error
