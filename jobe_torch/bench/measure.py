"""Submits workloads, one after another or from many clients at once."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from jobe_torch.bench.client import Answer, Client
from jobe_torch.bench.cold import ColdProcess
from jobe_torch.bench.figures import Figures
from jobe_torch.bench.workloads import Workload

__all__ = ["Plan", "measure"]

_COLD_RUNS = 5
_WARM_UP_RUNS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each workload."""

    clients: int = 1
    """Each submits again as soon as it is answered."""
    runs: int | None = None
    """Together; None is as many as the workload says."""
    seconds: float | None = None
    """For so long instead."""
    pause_seconds: float = 0.0
    """What each waits before it submits, as a person would."""


def measure(
    client: Client,
    workload: Workload,
    plan: Plan,
    *,
    cold: ColdProcess | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Figures:
    """The figures of one workload.

    Args:
        client: Where to submit.
        workload: What to submit.
        plan: How much.
        cold: Plain processes to run in between, so that both see the same machine.
        progress: Called after each run.
    """
    for _ in range(_WARM_UP_RUNS):
        client.run(workload)
    runs = plan.runs or workload.runs
    if cold is None:
        answers, seconds = _load(client, workload, plan, runs, progress)
        return Figures.of(workload.name, plan.clients, answers, seconds)
    answers, seconds, cold_seconds = [], 0.0, []
    share = -(-runs // _COLD_RUNS)
    for _ in range(_COLD_RUNS):
        cold_seconds.append(cold.run(workload))
        more, took = _load(client, workload, replace(plan, seconds=None), share, progress)
        answers += more
        seconds += took
    return Figures.of(workload.name, plan.clients, answers, seconds, cold_seconds)


def _load(
    client: Client,
    workload: Workload,
    plan: Plan,
    runs: int,
    progress: Callable[[], None],
) -> tuple[list[Answer], float]:
    """A closed loop: the answers, and the seconds from the first submission to the last answer."""
    answers: list[Answer] = []
    numbers = itertools.count()
    lock = threading.Lock()
    began = time.perf_counter()

    def more() -> bool:
        if plan.seconds is not None:
            return time.perf_counter() - began < plan.seconds
        return next(numbers) < runs

    def submit() -> None:
        while more():
            time.sleep(plan.pause_seconds)
            answer = client.run(workload)
            with lock:
                answers.append(answer)
            progress()

    with ThreadPoolExecutor(plan.clients) as executor:
        for future in [executor.submit(submit) for _ in range(plan.clients)]:
            future.result()
    return answers, time.perf_counter() - began
