"""From many answers to a few numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobe_torch.bench.client import Answer

__all__ = ["Figures", "percentile"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one workload did with one number of clients. Times in milliseconds."""

    workload: str
    clients: int
    runs: int
    right: int
    wrong: int
    seconds: float
    """From the first submission to the last answer."""
    p50_ms: float
    p95_ms: float
    p99_ms: float
    verdicts: Mapping[str, int]
    notes: Sequence[str]
    """Some of the wrong answers."""
    parts_ms: Mapping[str, float]
    """The p50 of each part of a right answer's time, where the server tells it."""
    cold_runs: int = 0
    cold_p50_ms: float = 0.0
    """The same program as a plain process; 0 where that was not measured."""

    @property
    def runs_per_second(self) -> float:
        """Right answers each second."""
        return self.right / self.seconds if self.seconds else 0.0

    @property
    def ratio(self) -> float:
        """How many times a plain process takes as long."""
        return self.cold_p50_ms / self.p50_ms if self.p50_ms else 0.0

    @classmethod
    def of(
        cls,
        workload: str,
        clients: int,
        answers: Sequence[Answer],
        seconds: float,
        cold_seconds: Sequence[float] = (),
    ) -> Figures:
        """Count and sort."""
        times = [1000 * answer.seconds for answer in answers]
        wrong = [answer for answer in answers if not (answer.right or answer.refused)]
        return cls(
            workload=workload,
            clients=clients,
            runs=len(answers),
            right=sum(answer.right for answer in answers),
            wrong=len(wrong),
            seconds=seconds,
            p50_ms=percentile(times, 50),
            p95_ms=percentile(times, 95),
            p99_ms=percentile(times, 99),
            verdicts=dict(Counter(answer.verdict for answer in answers)),
            notes=[answer.note for answer in wrong[:3]],
            parts_ms=_parts(answers),
            cold_runs=len(cold_seconds),
            cold_p50_ms=percentile([1000 * one for one in cold_seconds], 50),
        )


def _parts(answers: Sequence[Answer]) -> dict[str, float]:
    told = [answer.parts for answer in answers if answer.right and answer.parts]
    names = told[0] if told else ()
    return {name: percentile([1000 * parts[name] for parts in told], 50) for name in names}


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest rank; 0 where there are no values."""
    if not values:
        return 0.0
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]
