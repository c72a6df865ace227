"""A thousand mixed runs on two cells: every harmless one byte-exact, nothing left."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobe_torch.protocol.verdict import Verdict
from tests import census
from tests.attacks.canaries import Canaries
from tests.attacks.cases import CASES, Case
from tests.attacks.oracle import Watched, assert_answer
from tests.cells import LANES, open_bench

pytestmark = [pytest.mark.cell, pytest.mark.slow, pytest.mark.timeout(3600)]

RUNS_PER_CELL = int(os.environ.get("SOAK_RUNS", "500"))
_HOSTILE_SHARE = 0.4
_FELT_NEXT_DOOR = {"f08_locks"}
"""A lock on a file that both cells read: a channel between runs at one time, which remains."""


@pytest.fixture
def two_cells(canaries: Canaries) -> Iterator[tuple[Watched, Watched]]:
    for bench in open_bench(*LANES):
        neighbour = bench.neighbour()
        yield Watched(bench, canaries), Watched(neighbour, canaries)
        neighbour.close()


def _quick(level: str) -> list[Case]:
    """Cases that do not burn their whole time limit: hundreds of them must fit."""
    return [
        case
        for case in CASES
        if case.id not in _FELT_NEXT_DOOR
        and level in case.expected.levels
        and Verdict.TIME_LIMIT not in case.expected.outcome
        and case.expected.limits.get("cputime", 5) <= 5
    ]


def _work(watched: Watched, seed: int) -> int:
    """Hostile and harmless runs in an order of chance; returns how many were hostile."""
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    cases = _quick(watched.bench.level)
    hostile = 0
    for _ in range(RUNS_PER_CELL):
        if chance.random() < _HOSTILE_SHARE:
            case = chance.choice(cases)
            assert_answer(watched.attack(case, warm=chance.random() < 0.8), case.expected)
            hostile += 1
        else:
            watched.assert_harmless_is_exact()
    watched.assert_nothing_stayed()
    return hostile


def test_a_thousand_mixed_runs_leave_nothing(
    two_cells: tuple[Watched, Watched], record_testsuite_property: Callable[[str, object], None]
) -> None:
    before = census.own_descriptors()
    with ThreadPoolExecutor() as pool:
        hostile = list(pool.map(_work, two_cells, (1, 2)))
    assert all(hostile)
    assert census.own_descriptors() == before
    for watched in two_cells:
        record_testsuite_property(f"{watched.bench.cell.name} before", watched.base)
        record_testsuite_property(f"{watched.bench.cell.name} after", watched.now())
