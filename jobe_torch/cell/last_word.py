"""A run's last word: how it tells its status before the kernel has taken it apart.

Tearing down the memory of a process that has torch takes the kernel as long as
a small program takes to run, and only then its end shows. So the last thing that
CPython's finalization does is to write its status into memory that the agent
shares; C's, after the program's own handlers, which may crash, is to write there
when it was, and to close the streams.

A program can write there too. It then has the agent end it, with the streams it
closed and a status that it could have had by ``os._exit`` as well.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os

from jobe_torch.cell import linux

__all__ = ["LastWord"]

_STATUS = 0xFF
"""What exit(3) makes of a status."""


class LastWord:
    """Two words of shared memory: a run's status plus one, and the time of its end.

    Both are 0 until they are said.

    Args:
        descriptor: of `make`; it is closed.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, mmap.PAGESIZE)
        self._said = ctypes.c_long.from_buffer(self._memory)
        self.end = ctypes.c_long.from_buffer(self._memory, 8)
        """For time(2), to be called when C's exit handlers are done."""
        os.close(descriptor)

    @staticmethod
    def make() -> int:
        """A new one, as a descriptor, for all that are to share it."""
        descriptor = os.memfd_create("last word", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(descriptor, mmap.PAGESIZE)
        # A page that is taken away kills whoever looks at it.
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
        return descriptor

    def share(self, descriptor: int) -> None:
        """Be said where another one is, from now on, and in this process's forks.

        Args:
            descriptor: of `make`; it is closed.
        """
        linux.map_shared(ctypes.addressof(self._said), mmap.PAGESIZE, descriptor)
        os.close(descriptor)

    def forget(self) -> None:
        """Make ready for the next run, which must not find what the last one left here."""
        self._memory[:] = bytes(mmap.PAGESIZE)

    def say(self, status: int) -> None:
        """Called by the run, once Python has nothing left to do."""
        self.end.value = 0  # its children end too, but say nothing
        self._said.value = (status & _STATUS) + 1

    @property
    def status(self) -> int | None:
        """What the run said; None as long as it has not, or has still something to do."""
        said = self._said.value
        return (said - 1) & _STATUS if said and self.end.value else None  # a forger writes any word
