"""A bank with all that lies in its folders: what the export writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from question_bank.spec import CategorySpec, Language, Local, PrototypeSpec, Spec

__all__ = ["Bank", "Category", "Entry", "Prototype", "SupportFile"]


@dataclass(frozen=True, slots=True)
class SupportFile:
    """A file that lies in the working directory of every run of a question."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question as its folder holds it.

    Attributes:
        folder: Where it lies.
        spec: Its ``question.toml``.
        statement: HTML of the question text.
        feedback: HTML of the general feedback.
        preload: What the answer box starts with.
        answer: The sample answer.
        files: Support files of its runs.
        images: Files which its texts refer to.
        rest: XML elements that go into the question as they are, in place of ours.
    """

    folder: Path
    spec: Spec
    statement: Local
    feedback: Local
    preload: str = ""
    answer: str = ""
    files: tuple[SupportFile, ...] = ()
    images: tuple[SupportFile, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A category with its questions in order."""

    spec: CategorySpec
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Prototype:
    """A question type with its Twig template, support files and help (HTML) for authors."""

    name: str
    spec: PrototypeSpec
    help: Local
    template: str
    files: tuple[SupportFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Bank:
    """All categories, and the question types their questions use."""

    languages: tuple[Language, ...]
    categories: tuple[Category, ...]
    prototypes: tuple[Prototype, ...]
    prototype_category: CategorySpec | None

    def entries(self, file: str = "") -> Iterator[Entry]:
        """Every question, or those of one file, category by category."""
        for category in self.categories:
            if file in {"", category.spec.file}:
                yield from category.entries

    def files(self) -> tuple[str, ...]:
        """Names of the files to export, less the language; the first carries the question types."""
        return tuple(dict.fromkeys(category.spec.file for category in self.categories))

    def idnumber(self, entry: Entry, language: Language) -> str:
        """A question's idnumber; languages differ in it, so one category may hold them all."""
        plain = entry.spec.idnumber
        return f"{plain}-{language}" if plain and len(self.languages) > 1 else plain
