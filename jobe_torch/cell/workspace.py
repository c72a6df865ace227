"""What a run finds when it starts: its files and its standard input."""

from __future__ import annotations

import os
from collections.abc import Iterable

from jobe_torch.cell.wire import File

__all__ = ["open_stdin", "write_files"]


def write_files(files: Iterable[File]) -> None:
    """Write files into the working directory; called as the run's own user, before it starts."""
    for file in files:
        with open(file.name, "wb") as target:
            target.write(file.content)


def open_stdin(content: bytes) -> int:
    """A descriptor that reads ``content``: a file as in the reference, so it can seek.

    Nothing at all is ``/dev/null``, as in the reference.
    """
    if not content:
        return os.open(os.devnull, os.O_RDONLY)
    writable = os.memfd_create("stdin")
    with os.fdopen(writable, "wb") as file:
        file.write(content)
        file.flush()
        return os.open(f"/proc/self/fd/{writable}", os.O_RDONLY)
