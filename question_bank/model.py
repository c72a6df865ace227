"""What a bank is made of: languages, questions of three kinds, question types, categories.

The structs whose fields stand in TOML files (``question.toml``, ``prototype.toml``,
``bank.toml``) carry the files' own key names; unknown keys are refused. The
dataclasses around them add what lies in files beside the TOML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

__all__ = [
    "Bank",
    "Category",
    "CategorySpec",
    "ChoiceSpec",
    "CodeRunnerSpec",
    "Entry",
    "Language",
    "Local",
    "MatchingSpec",
    "Option",
    "Pair",
    "Prototype",
    "PrototypeSpec",
    "QuestionSpec",
    "SupportFile",
    "Test",
    "pick",
]


class Language(StrEnum):
    """A language the bank is written in; also the ending of file names and idnumbers."""

    RU = "ru"
    EN = "en"


class Local(Struct, frozen=True, forbid_unknown_fields=True):
    """One text in every language of the bank."""

    ru: str
    en: str


def pick(text: Local | str, language: Language) -> str:
    """The text in one language; a plain string is the same in all."""
    if isinstance(text, str):
        return text
    return text.ru if language is Language.RU else text.en


class QuestionSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every ``question.toml`` says, whatever the question's type."""

    idnumber: str
    name: Local
    mark: float = 1.0


class Option(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One option of a choice: Markdown text, and its share of the mark in percent."""

    text: Local | str
    percent: float
    feedback: Local | str = ""


class ChoiceSpec(QuestionSpec, frozen=True, kw_only=True, tag="multichoice"):
    """A choice among options; ``single`` allows one, else several."""

    single: bool
    option: tuple[Option, ...]
    shuffle: bool = False
    numbering: str = "abc"


class Pair(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Markdown stem and the plain text that belongs to it."""

    stem: Local | str
    answer: Local | str


class MatchingSpec(QuestionSpec, frozen=True, kw_only=True, tag="matching"):
    """Stems to be matched with answers."""

    pair: tuple[Pair, ...]
    shuffle: bool = True


class Test(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One test of an answer: code run after it, its standard input, the output wanted.

    A shown test is the example in the statement and a visible row of the
    result; all others are hidden and count.
    """

    __test__ = False  # pytest takes any class named Test for its own

    code: str
    expected: str
    stdin: str = ""
    extra: str = ""
    shown: bool = False


class CodeRunnerSpec(QuestionSpec, frozen=True, kw_only=True, tag="coderunner"):
    """A program to be completed, graded all or nothing without penalty."""

    question_type: str
    test: tuple[Test, ...]
    files: tuple[str, ...] = ()
    answer_box_lines: int = 18


class PrototypeSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A CodeRunner question type, or the facts of one that CodeRunner brings along.

    Attributes:
        language: Jobe's language id.
        combinator: The template runs all tests in one program.
        splitter: PCRE with delimiters that splits a combinator's output, or empty.
        built_in: CodeRunner has it already; it is used for checking, never exported.
        cpu_seconds: CPU time limit of a run; None leaves it to the server.
        memory_mb: Memory limit in MB as Jobe counts it; None leaves it to the server.
        result_columns: CodeRunner's column list; empty for its default.
        files: Names of support files that travel with every run.
    """

    language: str
    combinator: bool
    splitter: str = ""
    built_in: bool = False
    cpu_seconds: int | None = None
    memory_mb: int | None = None
    result_columns: tuple[tuple[str, ...], ...] = ()
    files: tuple[str, ...] = ()


class CategorySpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Moodle category: its path below the course, and the folders of its questions."""

    path: Local
    info: Local
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SupportFile:
    """A file that lies in the working directory of every run of a question."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A question as its folder holds it. Statement and feedback are Markdown."""

    folder: Path
    spec: ChoiceSpec | MatchingSpec | CodeRunnerSpec
    statement: Local
    feedback: Local
    preload: str = ""
    answer: str = ""
    files: tuple[SupportFile, ...] = ()

    def idnumber(self, language: Language) -> str:
        """Moodle's idnumber; differs by language, so one category may hold both."""
        return f"{self.spec.idnumber}-{language}"


@dataclass(frozen=True, slots=True)
class Category:
    """A category with its questions in order."""

    spec: CategorySpec
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Prototype:
    """A question type with its Twig template, support files and help for authors."""

    name: str
    spec: PrototypeSpec
    help: Local
    template: str
    files: tuple[SupportFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Bank:
    """All categories, and the question types their questions use."""

    categories: tuple[Category, ...]
    prototypes: tuple[Prototype, ...]
    prototype_category: CategorySpec

    def entries(self) -> Iterator[Entry]:
        """Every question, category by category."""
        for category in self.categories:
            yield from category.entries
