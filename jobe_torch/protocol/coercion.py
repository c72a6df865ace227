"""How the reference, written in PHP, reads JSON values of unexpected types.

Clients lean on it: numbers come as strings, switches as 0 and 1. Values stay
raw JSON until they are asked for, so that a long list where a number belongs
costs nothing.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from msgspec import Raw

__all__ = [
    "NotJson",
    "WrongType",
    "decode",
    "is_null",
    "leading_number",
    "number",
    "size",
    "text",
    "truth",
]

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
_Scalar = str | int | float | bool | None
T = TypeVar("T")


class NotJson(ValueError):
    """The bytes are no JSON."""


class WrongType(ValueError):
    """It is JSON, of a type that cannot stand there."""


def decode(data: bytes | Raw, kind: type[T]) -> T:
    """The value of JSON bytes as a type.

    Raises:
        NotJson: Malformed, too deeply nested, or not UTF-8.
        WrongType: It is something else.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise WrongType(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJson(str(error)) from error


def size(raw: Raw) -> int:
    """Bytes of a value before it is parsed."""
    return memoryview(raw).nbytes


def is_null(raw: Raw) -> bool:
    """Whether it is null, which PHP takes for absent."""
    return size(raw) == len(b"null") and bytes(raw) == b"null"


def text(raw: Raw) -> str:
    """A scalar as PHP's string: true is ``1``, false and null are empty.

    Raises:
        WrongType: It is an array or an object.
    """
    value: str | float | bool | None = decode(raw, _Scalar)  # type: ignore[arg-type] # a union
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return "1" if value else ""
    return format(value, ".14G") if isinstance(value, float) else str(value)


def truth(raw: Raw) -> bool:
    """A scalar as PHP's bool: empty, zero and ``"0"`` are false.

    Raises:
        WrongType: It is an array or an object.
    """
    return text(raw) not in ("", "0", "-0")


def number(raw: Raw) -> float | None:
    """A number or a numeric string; None for all else. Too large is infinite."""
    if bytes(raw)[:1] != b'"':
        return _json_number(raw)
    string = text(raw)
    found = _NUMBER.match(string)
    return float(found[1]) if found and not string[found.end() :].strip() else None


def leading_number(raw: Raw) -> float:
    """The number a value begins with, else 0: PHP's ``intval`` before it truncates."""
    if bytes(raw)[:1] != b'"':
        return _json_number(raw) or 0
    found = _NUMBER.match(text(raw))
    return float(found[1]) if found else 0


def _json_number(raw: Raw) -> float | None:
    try:
        return float(bytes(raw))
    except ValueError:  # true, null, an array
        return None
