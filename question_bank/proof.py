"""What the check found out about a question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from question_bank.coderunner import Grade, State

__all__ = ["Failure", "Kind", "Proof", "Trial"]


class Kind(Enum):
    """Why an answer is graded."""

    SAMPLE = "sample answer"
    RIGHT = "right answer"
    WRONG = "wrong answer"
    MUTANT = "mutant"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that is not as it must be; with the grade as a student sees it, if any."""

    what: str
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One answer and what it earned.

    Attributes:
        kind: Why it was graded.
        name: Its file, or what was spoiled in it.
        grade: What became of it.
        milliseconds: Wall time of grading it.
    """

    kind: Kind
    name: str
    grade: Grade
    milliseconds: float

    def failure(self) -> Failure | None:
        """What is wrong with the question if this answer earned this grade."""
        named = self.kind.value if self.kind is Kind.SAMPLE else f"{self.kind.value} {self.name}"
        if self.kind in {Kind.SAMPLE, Kind.RIGHT}:
            return (
                Failure(f"the {named} does not earn the full mark", self.grade)
                if self.grade.fraction < 1
                else None
            )
        if self.grade.fraction > 0:
            return Failure(f"the {named} earns a mark", self.grade)
        untested = {State.NOT_RUN, State.QUESTION_ERROR}
        if self.kind is Kind.WRONG:
            untested.add(State.SYNTAX_ERROR)  # a slip of the pen proves nothing
        if self.grade.state in untested:
            return Failure(f"the {named} was not tested", self.grade)
        return None

    def refused_by(self) -> str:
        """What stood between the answer and the mark."""
        if self.grade.state is not State.GRADED:
            return str(self.grade.state.value)
        for number, row in enumerate(self.grade.rows, start=1):
            if not row.right:
                seen = "shown" if row.test.display == "SHOW" else "hidden"
                return f"test {number} ({seen})"
        return ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One question's result.

    Attributes:
        question: Its name.
        tests: Tests, facts or pairs that hold, of all.
        fraction: What the right answer earns, 0 to 1.
        mark: What the question is worth.
        failures: Why the question is not proved; empty if it is.
        milliseconds: Wall time of grading the right answer; None if nothing was run.
        trials: The answers that were graded.
        cpu_only: It wants a GPU and was run without; wrong answers were not tried.
    """

    question: str
    tests: tuple[int, int]
    fraction: float
    mark: float
    failures: tuple[Failure, ...]
    milliseconds: float | None = None
    trials: tuple[Trial, ...] = ()
    cpu_only: bool = False

    def count(self, kind: Kind) -> tuple[int, int]:
        """How many answers of a kind were graded as they must be, of all."""
        trials = [trial for trial in self.trials if trial.kind is kind]
        return sum(trial.failure() is None for trial in trials), len(trials)
