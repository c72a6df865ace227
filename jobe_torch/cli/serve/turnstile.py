"""Before the line for cells: few requests are worked on at one time, and keys take turns."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from jobe_torch.cell.wire import Job, Report
from jobe_torch.http.cells import Cells
from jobe_torch.pool import PoolStatus

__all__ = ["CellsOutside", "Turnstile"]

MOST = 8
"""Requests at one time: more threads than processors only take turns with each other."""
PATIENCE_SECONDS = 0.25
"""Who is inside for longer waits for something, such as a client that is slow to read."""

Begin = Callable[[], None]


class Turnstile:
    """Bounds how long a request of one key waits for the requests of another.

    Whoever has a thread contends with all others for Python's lock: a key with a
    thousand requests would have a thousand chances to one, also where most of its
    requests are only told that the line is full. Safe for many threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Both in the order of their turns: keys, and who is inside, longest first.
        self._waiting: dict[str, deque[tuple[object, Begin]]] = {}
        self._inside: dict[object, float] = {}
        self._here = threading.local()

    def enter(self, who: object, key: Callable[[], str], begin: Begin) -> None:
        """Have a request begin, now or later, in this thread or in another one's name.

        Args:
            who: The request.
            key: Tells whose it is; asked only if it has to wait.
            begin: Has a thread work on it, within `inside`.
        """
        if self.is_crowded():
            name = key()
            with self._lock:
                self._waiting.setdefault(name, deque()).append((who, begin))
            self.admit()
        else:
            with self._lock:
                self._inside[who] = time.monotonic()
            begin()

    def is_crowded(self) -> bool:
        """Whether who comes now has to wait."""
        with self._lock:
            return bool(self._waiting) or len(self._inside) >= MOST

    def admit(self) -> None:
        """Let those begin for whom there is room. To be called now and then while it is crowded."""
        while (begin := self._next()) is not None:
            begin()

    def _next(self) -> Begin | None:
        with self._lock:
            now = time.monotonic()
            while self._inside and now - next(iter(self._inside.values())) > PATIENCE_SECONDS:
                del self._inside[next(iter(self._inside))]
            if not self._waiting or len(self._inside) >= MOST:
                return None
            key = next(iter(self._waiting))
            queue = self._waiting.pop(key)
            who, begin = queue.popleft()
            if queue:
                self._waiting[key] = queue
            self._inside[who] = now
            return begin

    @contextlib.contextmanager
    def inside(self, who: object) -> Iterator[None]:
        """The calling thread works on this request."""
        self._here.who = who
        try:
            yield
        finally:
            del self._here.who
            self._leave(who)

    @contextlib.contextmanager
    def outside(self) -> Iterator[None]:
        """The calling thread waits for something, and then goes on at once."""
        who = getattr(self._here, "who", None)
        if who is None:
            yield
            return
        self._leave(who)
        try:
            yield
        finally:
            with self._lock:
                self._inside[who] = time.monotonic()

    def _leave(self, who: object) -> None:
        with self._lock:
            self._inside.pop(who, None)
        self.admit()


class CellsOutside:
    """Cells whose runs, waiting ones too, are outside of the turnstile."""

    def __init__(self, cells: Cells, turnstile: Turnstile) -> None:
        self._cells = cells
        self._turnstile = turnstile

    def run(
        self,
        job: Job,
        *,
        key: str = "",
        share: float = 1.0,
        gone: Callable[[], bool] = lambda: False,
        waited: Callable[[float], None] = lambda _seconds: None,
    ) -> Report:
        """Execute a job; see `Cells.run`."""
        with self._turnstile.outside():
            return self._cells.run(job, key=key, share=share, gone=gone, waited=waited)

    def status(self) -> PoolStatus:
        """The cells and the line at this moment."""
        return self._cells.status()
