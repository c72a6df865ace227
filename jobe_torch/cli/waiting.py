"""What a command waits for, told to who looks at it."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager

from rich.console import Console

__all__ = ["waiting_for"]


def waiting_for(what: str) -> AbstractContextManager[object]:
    """Show on a terminal's stderr what is going on, for the time of the context; it leaves nothing.

    Elsewhere there is nothing to see: whoever collects a program's stderr wants that alone.
    """
    return Console(stderr=True, quiet=not sys.stderr.isatty()).status(what)
