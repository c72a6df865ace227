"""What lies beside a question and proves it: other answers, right and wrong, and a set-up.

Moodle never sees these files; the check finds them by idnumber.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from question_bank.model import Bank, Entry
from question_bank.render import fences
from question_bank.spec import Language

__all__ = ["AnswerFile", "Evidence", "Fence", "gather"]


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A student's answer, and the file's name that tells about it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of Python in a statement or feedback, and where its code begins."""

    file: Path
    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the answers to one question.

    Attributes:
        right: Answers that must earn the full mark.
        wrong: Answers that must earn nothing.
        set_up: For matching: a program after which each stem, evaluated, gives its answer.
        fences: Code that must run.
        cpu_only: The server has no GPU, which alone tells wrong answers from right ones.
    """

    right: tuple[AnswerFile, ...] = ()
    wrong: tuple[AnswerFile, ...] = ()
    set_up: str = ""
    fences: tuple[Fence, ...] = ()
    cpu_only: bool = False


def gather(bank: Bank) -> dict[str, Evidence]:
    """Evidence by the idnumbers that the export writes."""
    return {
        bank.idnumber(entry, language): _evidence(entry, language)
        for entry in bank.entries()
        for language in bank.languages
        if entry.spec.idnumber
    }


def _evidence(entry: Entry, language: Language) -> Evidence:
    set_up = entry.folder / "proof.py"
    return Evidence(
        right=tuple(_answers(entry.folder / "right")),
        wrong=tuple(_answers(entry.folder / "wrong")),
        set_up=set_up.read_text(encoding="utf-8") if set_up.exists() else "",
        fences=tuple(_fences(entry.folder, language)),
    )


def _answers(folder: Path) -> Iterator[AnswerFile]:
    for file in sorted(folder.glob("*.py")):
        yield AnswerFile(file.name, file.read_text(encoding="utf-8"))


def _fences(folder: Path, language: Language) -> Iterator[Fence]:
    for file in sorted(folder.glob(f"*.{language}.md")):
        for line, code in fences(file.read_text(encoding="utf-8"), "python"):
            yield Fence(file, line, code)
