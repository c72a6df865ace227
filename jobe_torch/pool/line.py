"""The waiting line: bounded, fair between keys, first come first served within one.

No threads and no clock of its own: the pool asks under its lock and says what
time it is.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Generic, TypeVar

__all__ = ["Line", "Place"]

HALF_LIFE_SECONDS = 1.0
"""After which the use of a cell counts half. Longer would serve a key that was away for longer at
the cost of those that were here."""
INSIDE_SECONDS = 1.0
"""What a run that is inside counts for, as nobody knows how long it will take."""

_FOR_EVER_SECONDS = HALF_LIFE_SECONDS / math.log(2)
"""What the use of a cell by one key for ever comes to."""
_FORGOTTEN_SECONDS = 1e-4


class Place:
    """One run's place in the line."""

    __slots__ = ("deadline", "key", "share")

    def __init__(self, *, key: str, share: float, deadline: float) -> None:
        self.key = key
        self.share = share
        self.deadline = deadline


P = TypeVar("P", bound=Place)


class _Queue(Generic[P]):
    """What one key has waiting and running, and what it had of late."""

    __slots__ = ("_at", "_used_seconds", "running", "share", "waiting")

    def __init__(self, share: float) -> None:
        self.share = share
        self.waiting: deque[P] = deque()
        self.running = 0
        self._used_seconds = self._at = 0.0

    def used_seconds(self, now: float) -> float:
        """Of cells, what is longer ago counting less."""
        kept = math.exp2((self._at - now) / HALF_LIFE_SECONDS)
        return self._used_seconds * kept + self.running * _FOR_EVER_SECONDS * (1 - kept)

    def change_running(self, by: int, now: float) -> None:
        """A run has begun, or ended."""
        self._used_seconds, self._at = self.used_seconds(now), now
        self.running += by

    def claimed(self, now: float) -> float:
        """Of cells, for its share; the least goes next."""
        return (self.used_seconds(now) + self.running * INSIDE_SECONDS) / self.share

    @property
    def crowding(self) -> float:
        return len(self.waiting) / self.share


class Line(Generic[P]):
    """The runs that wait for a cell, and what each key has had of the cells.

    The next cell goes to the key that has, and had of late, the least for its share.
    So a key that floods the line, be it with long runs or with many, keeps the cell time
    nobody else asks for, and no more; who was away is ahead of it for a half-life.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._queues: dict[str, _Queue[P]] = {}
        self._waiting = 0

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
            queue = self._queues[place.key] = _Queue(place.share)
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

    def clear(self) -> list[P]:
        """Take out all that wait."""
        places = [place for queue in self._queues.values() for place in queue.waiting]
        for place in places:
            self.leave(place)
        return places

    def next(self, now: float) -> P | None:
        """Take out the place that is served now; its key holds one cell more.

        A place whose deadline has come is never served.
        """
        self._forget(now)
        while waiting := [q for q in self._queues.values() if q.waiting]:
            queue = min(waiting, key=lambda q: q.claimed(now))
            place = queue.waiting.popleft()
            self._waiting -= 1
            if place.deadline > now:
                queue.change_running(1, now)
                return place
        return None

    def done(self, place: Place, now: float) -> None:
        """A place that was served gives its cell back."""
        self._queues[place.key].change_running(-1, now)

    def _forget(self, now: float) -> None:
        """Keys that are away and whose use no longer counts."""
        for key, queue in tuple(self._queues.items()):
            if not queue.waiting and queue.claimed(now) * queue.share < _FORGOTTEN_SECONDS:
                del self._queues[key]
