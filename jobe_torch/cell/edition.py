"""Whether an image has the agent that its server speaks with."""

from __future__ import annotations

import os
import sys
import zlib

__all__ = ["check", "edition"]

_SPOKEN = ("wire.py", "config.py", "gpu.py")
"""The modules of this package by which both sides must agree."""


def edition() -> str:
    """A sum over what the two say to each other: frames, and the words an agent starts with."""
    total = 0
    for name in _SPOKEN:
        with open(os.path.join(os.path.dirname(__file__), name), "rb") as source:
            total = zlib.crc32(source.read(), total)
    return f"{total:08x}"


def check(server: str) -> None:
    """End the process unless a server of this edition would be understood."""
    if server != edition():
        sys.exit(
            "the image was built from another version of jobe-torch than the server: "
            "build it again (make images)"
        )
