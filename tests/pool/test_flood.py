"""A course that floods the server, in simulated time: what it costs another course."""

import heapq
import itertools
import random
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from jobe_torch.pool.line import Line, Place

SECONDS = 200.0
QUIET_RATE = 2.0
"""Runs per second of the course that does not flood."""
CLIENTS = 240
"""Of the one that does: each submits again as soon as it has its answer."""


def run_seconds(chance: random.Random) -> float:
    """Most runs are short; a few sleep, or loop until their time is over."""
    kind = chance.random()
    return 0.33 if kind < 0.02 else 0.63 if kind < 0.04 else chance.uniform(0.02, 0.045)


MEAN_SECONDS = 0.02 * 0.33 + 0.02 * 0.63 + 0.96 * 0.0325


class Course(NamedTuple):
    """One key's runs: so many a second, or so many clients that never rest."""

    key: str
    rate: float = 0.0
    clients: int = 0

    def arrivals(self, chance: random.Random) -> Iterator[float]:
        """When runs come by themselves."""
        yield from (chance.random() for _ in range(self.clients))
        now = 0.0
        while self.rate and now < SECONDS:
            now += chance.expovariate(self.rate)
            yield now


class Server:
    """Cells and their line; the clock jumps from event to event."""

    def __init__(self, cells: int, *courses: Course, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - chance, not secrets
        self.line: Line[Place] = Line(256)
        self.idle = cells
        self.order = itertools.count()
        self.events: list[tuple[float, int, Course | Place]] = []
        self.again = {course.key: course for course in courses if course.clients}
        self.came: dict[int, float] = {}
        self.waits: dict[str, list[float]] = {course.key: [] for course in courses}
        self.refused: list[str] = []
        for course in courses:
            for at in course.arrivals(self.chance):
                self.later(at, course)

    def later(self, at: float, what: Course | Place) -> None:
        heapq.heappush(self.events, (at, next(self.order), what))

    def serve(self) -> "Server":
        while self.events and self.events[0][0] < SECONDS:
            now, _, what = heapq.heappop(self.events)
            if isinstance(what, Course):
                self.arrive(what, now)
            else:
                self.line.done(what, now)
                self.idle += 1
                self.answered(what, now)
            while self.idle and (place := self.line.next(now)) is not None:
                self.idle -= 1
                self.waits[place.key].append(now - self.came.pop(id(place)))
                self.later(now + run_seconds(self.chance), place)
        return self

    def arrive(self, course: Course, now: float) -> None:
        place = Place(key=course.key, share=1.0, deadline=now + 10)
        self.came[id(place)] = now
        refused = self.line.enter(place)
        if refused is not None:
            self.refused.append(refused.key)
            self.answered(refused, now)

    def answered(self, place: Place, now: float) -> None:
        if place.key in self.again:
            self.later(now + 0.005, self.again[place.key])


def p95(cells: int, *courses: Course) -> float:
    """Of the quiet course's waits, over some days."""
    waits: list[float] = []
    for seed in range(4):
        server = Server(cells, *courses, seed=seed).serve()
        assert "quiet" not in server.refused
        waits += server.waits["quiet"]
    waits.sort()
    return waits[int(0.95 * len(waits))]


@pytest.mark.parametrize("cells", [1, 2, 4])
def test_a_flood_at_most_doubles_the_wait_of_a_quiet_course(cells: int) -> None:
    """Compared with a full server that nobody floods: at 80 % of what it can do."""
    quiet = Course("quiet", rate=QUIET_RATE)
    busy = Course("loud", rate=0.8 * cells / MEAN_SECONDS - QUIET_RATE)
    flood = Course("loud", clients=CLIENTS)
    assert p95(cells, quiet, flood) <= 2 * p95(cells, quiet, busy)


def test_a_flood_gets_what_the_others_leave() -> None:
    """No cell is kept idle for fairness."""
    quiet, flood = Course("quiet", rate=QUIET_RATE), Course("loud", clients=CLIENTS)
    server = Server(2, quiet, flood, seed=1).serve()
    served = sum(map(len, server.waits.values()))
    assert served == pytest.approx(SECONDS * 2 / MEAN_SECONDS, rel=0.1)
