"""EqualityGrader: how CodeRunner cleans and compares two outputs (reference A9)."""

from __future__ import annotations

import math
import re

__all__ = ["clean", "equal"]

_BLANK = " \t\n\r\0\v"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAMED = {"\t": r"\t", "\r": r"\r"}
_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+(\.[0-9]*)?|(\.[0-9]+))([eE][+-]?[0-9]+)?)\s*", re.ASCII)
_INTEGERS = range(-(2**63), 2**63)


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
    left, right = _NUMBER.fullmatch(got), _NUMBER.fullmatch(expected)
    if left is None or right is None:
        return False
    if not any((*left.groups()[1:], *right.groups()[1:])):
        # Integers too large for PHP are not rounded to equality.
        return int(left[1]) == int(right[1]) and int(left[1]) in _INTEGERS
    return float(left[1]) == float(right[1]) and math.isfinite(float(left[1]))
