"""Write TOML that an author may go on editing; the standard library only reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["toml"]

Value = str | int | float | bool | list[str]


def toml(pairs: Mapping[str, Value]) -> str:
    """Keys and values, one a line, texts of several lines as blocks."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in pairs.items())


def _value(value: Value) -> str:
    if isinstance(value, str):
        return _block(value) if "\n" in value else _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(_quoted(item) for item in value)}]"
    return json.dumps(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007f")


def _block(text: str) -> str:
    """A text between triple quotes; the reader drops the line break before the last ones."""
    lines = [_quoted(line)[1:-1].replace(r"\"", '"') for line in text.split("\n")]
    body = "\n".join(lines).replace('"""', r"\"\"\"")
    return f'"""\n{body}\n"""'
