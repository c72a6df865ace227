"""Programs that watch or guard imports: what a spare has loaded, they would not see imported.

A template that forbids ``import numpy`` by a finder of its own would let it pass, since numpy is
there: a wrong mark. So would one that asks whether a module is ``in sys.modules``, and one that
traces calls misses those of an import. One that replaces ``builtins.list`` hears of it from the
exit handlers of more modules than it has imported. Such a program must not start in a spare.
"""

from __future__ import annotations

import re

from jobe_torch.languages.loaded import LOADED

__all__ = ["watches_imports"]

_MOST_BYTES = 1 << 20
"""Of a text: the server has better things to do than to read more. Nor may a hostile one take
longer than its length: what repeats in these patterns is bounded or gives nothing back (``*+``)."""

_TELLTALES = (
    *(b"meta_path", b"path_hooks", b"path_importer_cache", b"addaudithook"),
    *(b"importlib._bootstrap", b"_frozen_importlib", b"PathFinder", b"FileFinder"),
    *(b"BuiltinImporter", b"FrozenImporter", b"settrace", b"setprofile"),
    *(b"get_objects", b"get_stats", b"getallocatedblocks", b"'modules'", b'"modules"'),
)
"""Words of whoever looks at imports, or at all that is there."""

_REPLACED = (
    re.compile(rb"__import__\b(?!\s*\()"),
    re.compile(rb"importlib\.import_module\b(?!\s*\()"),
    re.compile(
        rb"builtins(?:__)?(?:\.__dict__)?\s*+\)?\s*+"
        rb"(?:\.(?!(?:input|print)\b)\w++|\[[^\]\n]{1,80}\])\s*+=(?!=)"
    ),
    re.compile(rb"(?:set|del)attr\(\s*(?:__)?builtins"),
)
"""A function that imports, and no call of it; a built-in one, and no use of it, but for those that
tests replace every day."""

_RENAMED = re.compile(rb"\bsys\s++as\b")
_IMPORTED = re.compile(rb"from\s++sys\s++import\b[\w\s,(]*+")
"""Names for ``sys.modules`` under which it is not searched for."""

_LOOK = re.compile(
    rb"sys\.modules\b(?:\s*+(?:\[|\.(?:get|pop)\()\s*+(?:"
    rb"((?:[\w.()]{0,80}\.)?(?:__name__|__module__)|\w{0,80}spec\.name)|"
    rb"['\"](\w++)[^'\"\n]*+['\"])\s*+[\])])?"
)
"""A use of ``sys.modules``, with the module it is for: one of the program's own, or by its name."""


def watches_imports(source: bytes) -> bool:
    """Whether a program's text does so.

    Looked for as words, so that it may be wrong about a comment, which costs time and no truth.
    """
    return (
        len(source) > _MOST_BYTES
        or any(word in source for word in _TELLTALES)
        or any(replaced.search(source) for replaced in _REPLACED)
        or (b"modules" in source and _looks_at_modules(source))
    )


def _looks_at_modules(source: bytes) -> bool:
    """Whether it looks into ``sys.modules`` for what a spare may have there."""
    return (
        _RENAMED.search(source) is not None
        or any(b"modules" in names[0] for names in _IMPORTED.finditer(source))
        or any(
            not look[1] and (not look[2] or look[2].decode("ascii", "replace") in LOADED)
            for look in _LOOK.finditer(source)
        )
    )
