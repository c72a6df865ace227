"""What lies beside a question and proves it: other answers, right and wrong, and a set-up.

Moodle never sees these files; the check finds them by idnumber.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from question_bank.model import Bank, Entry

__all__ = ["Attempt", "Evidence", "gather"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A student's answer, told by its file."""

    file: Path
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the answers to one question.

    Attributes:
        right: Answers that must earn the full mark.
        wrong: Answers that must earn nothing.
        set_up: For matching: a program after which each stem, evaluated, gives its answer.
    """

    right: tuple[Attempt, ...] = ()
    wrong: tuple[Attempt, ...] = ()
    set_up: str = ""


def gather(bank: Bank) -> dict[str, Evidence]:
    """Evidence by the idnumbers that the export writes."""
    return {
        bank.idnumber(entry, language): _evidence(entry)
        for entry in bank.entries()
        for language in bank.languages
    }


def _evidence(entry: Entry) -> Evidence:
    set_up = entry.folder / "proof.py"
    return Evidence(
        right=tuple(_attempts(entry.folder / "right")),
        wrong=tuple(_attempts(entry.folder / "wrong")),
        set_up=set_up.read_text(encoding="utf-8") if set_up.exists() else "",
    )


def _attempts(folder: Path) -> Iterator[Attempt]:
    for file in sorted(folder.glob("*.py")):
        yield Attempt(file, file.read_text(encoding="utf-8"))
