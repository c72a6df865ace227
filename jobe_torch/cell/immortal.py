"""Objects that do not count their references: to look at one copies no memory.

A fork shares its parent's pages until one of both writes to them, and CPython
counts references inside the objects. From Python 3.12 on some objects do not
count, such as None (PEP 683): a zygote makes everything that it has preloaded one
of them. Runs could not free any of that anyway.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

__all__ = ["make_all_immortal"]

_Count = ctypes.c_uint32
_LARGEST = (1 << 32) - 1
_UNCOUNTED = 1 << 31
"""A count from here on stays as it is."""


def make_all_immortal() -> int:
    """Make each object immortal that this interpreter holds; returns how many became so.

    None with a Python that counts the references of None, as 3.11 does.
    """
    count = _Count.from_address(id(None)).value
    if count < _UNCOUNTED or count != sys.getrefcount(None) & _LARGEST:
        return 0
    made = 0
    found: Iterable[object] = gc.get_objects()
    while found:
        mortal = []
        for thing in found:
            if sys.getrefcount(thing) < _UNCOUNTED:
                _Count.from_address(id(thing)).value = count
                mortal.append(thing)
        made += len(mortal)
        found = [*gc.get_referents(*mortal), *_names(mortal)]
    return made


def _names(things: Iterable[Any]) -> Iterator[object]:
    """What these hold besides; the collector does not ask for what is part of no cycle."""
    for thing in things:
        kind = type(thing)  # not isinstance: some objects answer to that themselves
        if issubclass(kind, dict):
            yield from dict.__iter__(thing)
        elif kind is CodeType:
            yield from (thing.co_consts, thing.co_names, thing.co_linetable, thing.co_filename)
            yield from (thing.co_name, thing.co_qualname, thing.co_exceptiontable)
            yield from (*thing.co_varnames, *thing.co_freevars, *thing.co_cellvars)
        elif issubclass(kind, type):
            yield from (thing.__name__, thing.__qualname__)
