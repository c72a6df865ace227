"""Names of the modules that a spare may have loaded before its program starts."""

from __future__ import annotations

import sys

__all__ = ["LOADED"]

LOADED = sys.stdlib_module_names | {
    # What torch and numpy import besides.
    *("torch", "functorch", "torchgen", "numpy", "sympy", "mpmath", "networkx", "jinja2"),
    *("markupsafe", "filelock", "fsspec", "typing_extensions", "packaging", "setuptools"),
}
"""More names cost time and no truth."""
