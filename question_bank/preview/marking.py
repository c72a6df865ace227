"""What an answer on the page earns, as Moodle marks it (reference C1, C2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from question_bank.client import JobeClient
from question_bank.coderunner import Grade, State, UncheckableError, grade, inherit
from question_bank.preview.cards import Card
from question_bank.read import CodeRunnerQuestion

__all__ = ["Answered", "Marked", "Note", "mark"]


class Answered(Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends; which of the three depends on the question."""

    chosen: frozenset[int] = frozenset()
    matched: tuple[str, ...] = ()
    program: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What is said beside one option."""

    at: int
    right: bool
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of an answer.

    Attributes:
        fraction: 0 to 1; None if the answer could not be marked.
        notes: Beside the options that were chosen.
        grade: Of a program.
    """

    fraction: float | None
    notes: tuple[Note, ...] = ()
    grade: Grade | None = None


def mark(
    card: Card, answered: Answered, types: Mapping[str, CodeRunnerQuestion], jobe: JobeClient
) -> Marked:
    """Mark an answer.

    Raises:
        UncheckableError: The question uses what this client does not act out.
    """
    if card.obstacle:
        raise UncheckableError(card.obstacle)
    if card.program is not None:
        graded = grade(inherit(card.program, types), answered.program, jobe)
        invalid = graded.state is State.NOT_RUN
        return Marked(None if invalid else graded.fraction, grade=graded)
    if card.kind == "matching":
        return _matching(card, answered)
    return _choice(card, answered)


def _choice(card: Card, answered: Answered) -> Marked:
    chosen = [(at, option) for at, option in enumerate(card.options) if at in answered.chosen]
    earned = sum(option.percent for _, option in chosen) / 100
    notes = (Note(at, option.percent > 0, option.feedback) for at, option in chosen)
    return Marked(min(max(earned, 0.0), 1.0), tuple(notes))


def _matching(card: Card, answered: Answered) -> Marked:
    notes = tuple(
        Note(at, matched == option.answer)
        for at, (option, matched) in enumerate(zip(card.options, answered.matched, strict=False))
        if matched
    )
    return Marked(sum(note.right for note in notes) / len(card.options), notes)
