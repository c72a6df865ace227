"""Argument lists as the reference reads them: text for a shell, split without a shell.

The reference joins the pieces of a list with spaces and lets ``sh`` read them
(protocol reference §6), so clients quote. Here quotes, backslashes and
``$NAME`` mean what they mean to ``sh``; operators, globs, ``~``, ``#`` and
command substitution are ordinary characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["UnterminatedQuote", "split"]

_PIECE = re.compile(
    r"""
      (?P<space> [ \t\n]+ )
    | ' (?P<single> [^']* ) '
    | " (?P<double> (?: [^"\\] | \\. )* ) "
    | (?P<open> ['"] )
    | \\ (?P<escaped> . )
    | (?P<variable> \$ (?: \{ \w+ \} | [A-Za-z_]\w* ) )
    | (?P<plain> [^ \t\n'"\\$]+ | [\\$] )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
# Within double quotes a backslash escapes these only.
_IN_DOUBLE = re.compile(r'\\([$`"\\\n])|\$(?:\{(\w+)\}|([A-Za-z_]\w*))', re.ASCII)


class UnterminatedQuote(ValueError):
    """A quote is opened and not closed."""


def split(pieces: Sequence[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The words of an argument list.

    Args:
        pieces: The list as the client sent it.
        environment: Values of ``$NAME`` and ``${NAME}``; unknown names are empty.

    Raises:
        UnterminatedQuote: A quote is opened and not closed.
    """
    words: list[str] = []
    word: str | None = None  # None between words: '' makes an empty word, $UNSET makes none
    for piece in _PIECE.finditer(" ".join(pieces)):
        kind = piece.lastgroup
        if kind == "open":
            raise UnterminatedQuote(piece[0])
        if kind == "space":
            if word is not None:
                words.append(word)
            word = None
            continue
        text = _value(kind, piece, environment)
        if text or kind in ("single", "double"):
            word = (word or "") + text
    return tuple(words if word is None else [*words, word])


def _value(kind: str | None, piece: re.Match[str], environment: Mapping[str, str]) -> str:
    if kind == "variable":
        return environment.get(piece[0].strip("${}"), "")
    if kind == "double":
        return _IN_DOUBLE.sub(lambda found: _expand(found, environment), piece["double"])
    if kind == "escaped":
        return piece["escaped"].replace("\n", "")
    return piece[kind or 0]


def _expand(found: re.Match[str], environment: Mapping[str, str]) -> str:
    if found[1]:
        return found[1].replace("\n", "")
    return environment.get(found[2] or found[3], "")
