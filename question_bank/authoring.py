"""Mistakes of an author: where, what, and what to do about it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

__all__ = ["AuthoringError", "read_text", "read_toml"]

S = TypeVar("S", bound=msgspec.Struct)

_HEADER = re.compile(r"\s*\[+\s*([\w.\s\"'-]+?)\s*\]+")
_TOML_POSITION = re.compile(r" \(at line (\d+), column \d+\)$")
_STRUCT_ERROR = re.compile(r"(?P<problem>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)


class AuthoringError(Exception):
    """A source that must not become a question; prints as ``file:line: problem. remedy``."""

    def __init__(self, file: Path, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {problem}. {remedy}")
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy


def read_text(file: Path) -> str:
    """A source file's text without a byte order mark and the last line break.

    Raises:
        AuthoringError: It is absent, not UTF-8, or holds characters XML cannot carry.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise AuthoringError(file, 1, "the file is missing", "Write it.") from None
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise AuthoringError(file, line, "this is not UTF-8", "Save the file as UTF-8.") from None
    if bad := re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text):
        line = text.count("\n", 0, bad.start()) + 1
        problem = f"XML cannot carry the character U+{ord(bad[0]):04X}"
        raise AuthoringError(file, line, problem, "Remove it, or write it as an escape.")
    return text.removesuffix("\n")


def read_toml(file: Path, schema: type[S], *, under: str = "") -> S:
    """A TOML file as a struct.

    Args:
        file: The TOML file.
        schema: The struct it describes.
        under: Field of the struct which the whole file fills; empty for the struct itself.

    Raises:
        AuthoringError: The file is absent, no TOML, or not what the struct describes.
    """
    text = read_text(file)
    try:
        values = tomllib.loads(text)
        return msgspec.convert({under: values} if under else values, schema)
    except tomllib.TOMLDecodeError as error:
        position = _TOML_POSITION.search(str(error))
        line = int(position[1]) if position else text.count("\n") + 1
        problem = _TOML_POSITION.sub("", str(error)).rstrip(".")
        raise AuthoringError(file, line, f"this is not TOML: {problem}", "Correct it.") from None
    except msgspec.ValidationError as error:
        match = _STRUCT_ERROR.fullmatch(str(error))
        problem, path = (match["problem"], match["path"] or "") if match else (str(error), "")
        steps = [name or int(index) for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path)]
        steps = steps[1:] if under else steps
        named = re.search(r"field `(\w+)`", problem)
        unknown = named is not None and "unknown" in problem
        line = line_of(text, [*steps, named[1]] if unknown and named else steps)
        remedy = "Remove it; the README lists the keys." if unknown else "Correct it."
        raise AuthoringError(file, line, problem, remedy) from None


def line_of(text: str, path: list[str | int]) -> int:
    """The line on which a TOML value stands, or the nearest line that leads to it.

    Args:
        text: TOML written with tables, not with arrays of inline tables.
        path: Keys and list indices from the root, as ``["test", 1, "code"]``.
    """
    best, best_depth = 1, 0
    counts: dict[str, int] = {}
    here: list[str | int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line.split("#")[0].rstrip()):
            here = [*header[1].split(".")]
            if line.lstrip().startswith("[["):
                counts[header[1]] = counts.get(header[1], -1) + 1
                here.append(counts[header[1]])
            found = here
        elif key := re.match(r"\s*([\w.-]+)\s*=", line):
            found = [*here, *key[1].split(".")]
        else:
            continue
        depth = min(len(found), len(path))
        if depth > best_depth and path[:depth] == found[:depth]:
            best, best_depth = number, depth
    return best
