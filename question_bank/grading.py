"""EqualityGrader: how CodeRunner cleans and compares two outputs (reference A9)."""

from __future__ import annotations

import re

__all__ = ["clean", "equal"]

_BLANK = " \t\n\r\0\v"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAMED = {"\t": r"\t", "\r": r"\r"}
_NUMBER = re.compile(r"[ \t\n\r\v\f]*([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)[ \t\n\r\v\f]*")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def clean(text: str) -> str:
    """Text as it is compared and shown: no blanks at line ends, no blank lines at the end."""
    lines = [line.rstrip(_BLANK) for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    shown = _CONTROL.sub(
        lambda match: _NAMED.get(match[0], f"\\x{ord(match[0]):02x}"), "\n".join(lines)
    )
    return f"{shown}\n" if text.strip(_BLANK) else ""


def equal(got: str, expected: str) -> bool:
    """Whether an output earns its test's mark.

    After cleaning, PHP's ``==`` decides: two texts that are each a single number
    are compared as numbers, all others character by character.
    """
    got, expected = clean(got), clean(expected)
    if got == expected:
        return True
    left, right = _number(got), _number(expected)
    if left is None or right is None:
        return False
    if isinstance(left, int) and isinstance(right, int):
        return left == right
    return float(left) == float(right)


def _number(text: str) -> int | float | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    if match[2].isdigit() and match[4] is None and _SMALLEST <= int(match[1]) <= _LARGEST:
        return int(match[1])
    return float(match[1])
