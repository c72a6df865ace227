"""What there is to say of each setting: for ``--help`` and the documentation page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
from msgspec import Meta

from jobe_torch.config.settings import Settings

__all__ = ["Description", "describe", "show"]

_KINDS: dict[object, str] = {
    bool: "true or false",
    float: "number",
    int: "number",
    str: "text",
    Path: "path",
    tuple[str, ...]: "list, separated by commas",
}


@dataclass(frozen=True, slots=True)
class Description:
    """One setting in words."""

    name: str
    kind: str
    """What values it takes."""
    default: str
    meaning: str
    secret: bool
    """Whether its value is nobody's business."""


def describe() -> tuple[Description, ...]:
    """All settings, in the order of their documentation."""
    hints = get_type_hints(Settings, include_extras=True)
    return tuple(_describe(field, hints[field.name]) for field in msgspec.structs.fields(Settings))


def show(value: object) -> str:
    """A value as one would write it in a settings file."""
    if type(value) is int and value and value % (1 << 20) == 0:
        return f'"{value >> 20}M"'
    return json.dumps(msgspec.to_builtins(value, enc_hook=str))


def _describe(field: msgspec.structs.FieldInfo, hint: Any) -> Description:  # noqa: ANN401 - a form
    metas: tuple[Meta, ...] = hint.__metadata__
    extra = {name: value for meta in metas for name, value in (meta.extra or {}).items()}
    return Description(
        name=field.name,
        kind=_kind(field.name, hint.__origin__) + _range(metas),
        default=extra.get("default") or show(field.default),
        meaning=next(meta.description for meta in metas if meta.description),
        secret=extra.get("secret", False),
    )


def _kind(name: str, kind: Any) -> str:  # noqa: ANN401 - a type or a form
    if name.endswith("_bytes"):
        return "size as `64M`"
    if name.endswith("_seconds"):
        return "seconds"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " or ".join(one.value for one in kind)
    return _KINDS[kind]


def _range(metas: tuple[Meta, ...]) -> str:
    least = max((meta.ge for meta in metas if meta.ge is not None), default=None)
    most = min((meta.le for meta in metas if meta.le is not None), default=None)
    if least is None:
        return ""
    words = f", at least {show(least)}" if most is None else f", {show(least)} to {show(most)}"
    return words.replace('"', "")
