"""Tells when a program imports what is loaded already, for what an import is to do at its time.

Whoever imports a module that is there asks its spec whether it is still being initialized: the
interpreter and importlib do, and nobody else. So the specs of a package answer that themselves
once, and then are as all others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec

__all__ = ["call_at_import"]


_waiting: dict[str, list[Callable[[], None]]] = {}


def call_at_import(package: str, act: Callable[[], None]) -> None:
    """Call a function when a module of a package is next imported; once in a process.

    Args:
        package: a name without dots, which stands for all modules below it too.
        act: must not raise. Those of a package are called in the order in which they come here.
    """
    if package in _waiting:
        _waiting[package].append(act)
        return
    waiting = _waiting[package] = [act]

    def initializing(spec: ModuleSpec) -> bool:
        spec.__class__ = ModuleSpec
        while waiting:
            waiting.pop(0)()
        return False

    # What a program sees of it, should it look before it imports, is a name.
    facts = {"__module__": ModuleSpec.__module__, "_initializing": property(initializing)}
    arriving = type(ModuleSpec.__name__, (ModuleSpec,), facts)
    for name, module in sys.modules.items():
        if name.partition(".")[0] == package and (spec := getattr(module, "__spec__", None)):
            spec.__class__ = arriving
