"""Programs that use a submodule which they do not import: an error only where it is not loaded.

``import urllib; urllib.parse.quote("a")`` fails in a fresh interpreter and succeeds in a spare,
where torch has loaded ``urllib.parse``. Such a program must not start in a spare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["uses_unimported"]

_LOADED = {
    "collections": "abc",
    "concurrent": "futures",
    "concurrent.futures": "thread",
    "ctypes": "util wintypes",
    "email": "base64mime charset encoders errors feedparser header iterators message parser"
    " quoprimime utils",
    "encodings": "utf_32_le",
    "http": "client",
    "importlib": "abc machinery metadata resources util",
    "multiprocessing": "connection resource_sharer resource_tracker spawn util",
    "torch.distributed": "fsdp nn tensor",
    "unittest": "mock",
    "urllib": "error parse request response",
}
"""Submodules in a spare that an import of their package does not bring."""

_NOT_BY_TORCH = frozenset({"ctypes", "encodings", "torch.distributed"})
"""Packages above for which that holds after an import of torch, too."""

_IMPORTS_TORCH = re.compile(rb"^(?:import|from)[ \t]+torch\b", re.MULTILINE)
_MOST_NAMES = 8
_MOST_BYTES = 1 << 17  # the server has better things to do than to read more


def uses_unimported(source: bytes) -> bool:
    """Whether a program's text uses such a submodule before it imports it.

    Looked for as words, so that it may be wrong about a comment, which costs time and no truth.
    """
    packages = [package for package in _LOADED if package.encode() in source]
    if not packages or len(source) > _MOST_BYTES:
        return bool(packages)
    torch = _IMPORTS_TORCH.search(source)
    before = source[: torch.start()] if torch else source
    return any(
        _uses(source if package in _NOT_BY_TORCH else before, package) for package in packages
    )


def _uses(source: bytes, package: str) -> bool:
    names = {package.encode(), *_aliases(source, package)}
    if len(names) > _MOST_NAMES:
        return True
    submodules = "|".join(_LOADED[package].split())
    used = re.compile(rb"\b(?:%s)\.(%s)\b" % (_any(names), submodules.encode()))
    first: dict[bytes, int] = {}
    for use in used.finditer(source):
        first.setdefault(use[1], use.end())
    return any(
        not _import(package, submodule).search(source, 0, end) for submodule, end in first.items()
    )


def _aliases(source: bytes, package: str) -> Iterator[bytes]:
    alias = re.compile(rb"\b%s[ \t]+as[ \t]+(\w+)" % re.escape(package.encode()))
    return (found[1] for found in alias.finditer(source))


def _import(package: str, submodule: bytes) -> re.Pattern[bytes]:
    """The statements that import a submodule, up to a dot before its name at least."""
    escaped = re.escape(package.encode())
    return re.compile(
        rb"(?:^|[;:])[ \t]*(?:import\b[\w., \t]*\b%(p)s\.%(s)s\b"
        rb"|from[ \t]+%(p)s(?:\.%(s)s\b|[ \t]+import\b[\w, \t]*\b%(s)s\b))"
        % {b"p": escaped, b"s": submodule},
        re.MULTILINE,
    )


def _any(words: Iterable[bytes]) -> bytes:
    return b"|".join(map(re.escape, sorted(words)))
