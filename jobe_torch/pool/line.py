"""The waiting line: bounded, fair between keys, first come first served within one.

No threads and no clock of its own: the pool asks under its lock and says what
time it is.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

__all__ = ["Line", "Place"]


class Place:
    """One run's place in the line."""

    __slots__ = ("deadline", "key", "share")

    def __init__(self, *, key: str, share: float, deadline: float) -> None:
        self.key = key
        self.share = share
        self.deadline = deadline


P = TypeVar("P", bound=Place)


class _Queue(Generic[P]):
    """What one key has waiting and running."""

    __slots__ = ("running", "share", "turn", "waiting")

    def __init__(self, share: float, turn: float) -> None:
        self.share = share
        self.turn = turn
        self.waiting: deque[P] = deque()
        self.running = 0

    @property
    def urgency(self) -> tuple[float, float]:
        """The least goes next: fewest cells for its share, then longest unserved."""
        return self.running / self.share, self.turn

    @property
    def crowding(self) -> float:
        return len(self.waiting) / self.share


class Line(Generic[P]):
    """The runs that wait for a cell, and how many cells each key has.

    The next cell goes to the key that holds the fewest for its share. Keys that
    tie take turns, in the proportion of their shares. So a key that floods the
    line keeps the cells nobody else asks for, and no more.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._queues: dict[str, _Queue[P]] = {}
        self._waiting = 0
        self._turn = 0.0

    def __len__(self) -> int:
        return self._waiting

    def enter(self, place: P, *, first: bool = False) -> P | None:
        """Take a place.

        Args:
            place: The newcomer.
            first: Stand first of its key, past the bound: it has waited before.

        Returns:
            The place that is refused because the line was full: the newest of
            the key that crowds it most, which may be the newcomer.
        """
        queue = self._queues.get(place.key)
        if queue is None:
            # A key gathers no credit while it is away.
            queue = self._queues[place.key] = _Queue(place.share, self._turn)
        queue.share = place.share
        if first:
            queue.waiting.appendleft(place)
        else:
            queue.waiting.append(place)
        self._waiting += 1
        if first or self._waiting <= self._length:
            return None
        # On a tie the newcomer's own key counts as the more crowded.
        crowd = max(self._queues.values(), key=lambda q: (q.crowding, q is queue))
        refused = crowd.waiting[-1]
        self.leave(refused)
        return refused

    def leave(self, place: P) -> None:
        """Give a place up; nothing happens if it is no longer in the line."""
        queue = self._queues.get(place.key)
        if queue is None or place not in queue.waiting:
            return
        queue.waiting.remove(place)
        self._waiting -= 1
        self._forget(place.key, queue)

    def next(self, now: float) -> P | None:
        """Take out the place that is served now; its key holds one cell more.

        A place whose deadline has come is never served.
        """
        while waiting := [q for q in self._queues.values() if q.waiting]:
            queue = min(waiting, key=lambda q: q.urgency)
            place = queue.waiting.popleft()
            self._waiting -= 1
            if place.deadline <= now:
                self._forget(place.key, queue)
                continue
            self._turn = queue.turn
            queue.turn += 1 / queue.share
            queue.running += 1
            return place
        return None

    def done(self, place: Place) -> None:
        """A place that was served has given its cell back."""
        queue = self._queues[place.key]
        queue.running -= 1
        self._forget(place.key, queue)

    def _forget(self, key: str, queue: _Queue[P]) -> None:
        if not queue.waiting and not queue.running:
            del self._queues[key]
