"""A run that stands in line, and the thread behind it."""

from __future__ import annotations

import threading
from typing import NamedTuple

from jobe_torch.backends.base import Cell
from jobe_torch.pool.errors import Refusal
from jobe_torch.pool.line import Place
from jobe_torch.pool.slot import Slot

__all__ = ["Served", "Waiter"]

LOOK_SECONDS = 0.5
"""How often a waiting run asks whether its client is still there."""


class Served(NamedTuple):
    """A place that has a cell until it is given back."""

    place: Place
    slot: Slot
    cell: Cell


class Waiter(Place):
    """A place in the line whose thread sleeps until the place is settled.

    Settled means served by a cell or refused; it happens once and, as all
    changes, under the pool's lock.
    """

    __slots__ = ("_asleep", "outcome")

    def __init__(self, *, key: str, share: float, deadline: float) -> None:
        super().__init__(key=key, share=share, deadline=deadline)
        self.outcome: Served | Refusal | None = None
        # A bare lock is the cheapest way to wake exactly one thread.
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def serve(self, slot: Slot, cell: Cell) -> None:
        """It has a cell."""
        self.outcome = Served(self, slot, cell)
        self._asleep.release()

    def refuse(self, refusal: Refusal) -> None:
        """It will not have a cell."""
        self.outcome = refusal
        self._asleep.release()

    def sleep(self, seconds: float) -> Served | Refusal | None:
        """Wait a while for the outcome. Not under the lock."""
        patience = max(0.0, min(seconds, LOOK_SECONDS))
        return self.outcome if self._asleep.acquire(timeout=patience) else None
