"""Memory of large bodies goes back to the system when they are done."""

from __future__ import annotations

import ctypes

__all__ = ["return_large_blocks"]

_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 1 << 18


def return_large_blocks() -> None:
    """Have the C library unmap large blocks when they are freed.

    glibc learns from the first freed block of up to 32 MiB to keep such blocks for
    the thread that had them: with bodies of 20 MB the server grew to 600 MB.
    Setting the threshold by hand ends the learning. Elsewhere it does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
