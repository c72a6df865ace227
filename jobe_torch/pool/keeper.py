"""The threads that do the slow work on cells, off the way of a run."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

__all__ = ["Keeper"]


class Keeper:
    """Does errands, each when its time has come, on a fixed number of threads.

    The threads live as long as the keeper: a child process that asked to die
    with its parent dies with the *thread* that started it.
    """

    def __init__(self, threads: int) -> None:
        self._errands: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._work, name=f"keeper-{n}") for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def do(self, errand: Callable[[], None], *, after_seconds: float = 0.0) -> None:
        """Have an errand done; it must not raise. Ignored once the keeper has stopped."""
        with self._changed:
            due = time.monotonic() + after_seconds
            heapq.heappush(self._errands, (due, next(self._order), errand))
            self._changed.notify()

    def stop(self) -> None:
        """Drop the errands that have not begun and wait for those that have."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while errand := self._next():
            errand()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._stopped:
                pause = None
                if self._errands:
                    pause = self._errands[0][0] - time.monotonic()
                    if pause <= 0:
                        return heapq.heappop(self._errands)[2]
                self._changed.wait(pause)
            return None
