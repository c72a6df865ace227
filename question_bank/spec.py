"""What authors write in TOML: languages, questions of their kinds, question types, categories.

The structs carry the files' own key names; unknown keys are refused.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct

__all__ = [
    "CategorySpec",
    "ChoiceSpec",
    "CodeRunnerSpec",
    "Language",
    "Local",
    "MatchingSpec",
    "Option",
    "Pair",
    "PrototypeSpec",
    "QuestionSpec",
    "Spec",
    "Test",
    "VerbatimSpec",
    "pick",
]


class Language(StrEnum):
    """A language the bank is written in; also the ending of file names and idnumbers."""

    RU = "ru"
    EN = "en"


class Local(Struct, frozen=True, forbid_unknown_fields=True):
    """One text in the languages of the bank; the rules ask for each of them."""

    ru: str = ""
    en: str = ""


def pick(text: Local | str, language: Language) -> str:
    """The text in one language; a plain string is the same in all."""
    if isinstance(text, str):
        return text
    return text.ru if language is Language.RU else text.en


class QuestionSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every ``question.toml`` says, whatever the question's type.

    Attributes:
        name: The question's name in the question bank.
        idnumber: Moodle's idnumber, less the language; empty for none.
        mark: What the question is worth.
        format: How texts in this file are written.
    """

    name: Local | str
    idnumber: str = ""
    mark: float = 1.0
    format: Literal["markdown", "html"] = "markdown"


class Option(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One option of a choice, and its share of the mark in percent."""

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
    """A stem and the plain text that belongs to it."""

    stem: Local | str
    answer: Local | str


class MatchingSpec(QuestionSpec, frozen=True, kw_only=True, tag="matching"):
    """Stems to be matched with answers."""

    pair: tuple[Pair, ...]
    shuffle: bool = True


class Test(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One test of an answer: code run after it, its standard input, the output wanted.

    Attributes:
        code: Test code; what it means is up to the question type.
        expected: Output that earns the mark; None stands in a file of its own.
        stdin: Standard input.
        extra: What else the question type wants to know.
        shown: It is the example in the statement, and by default a visible row.
        display: When its row is visible; empty for always if shown, else never.
        hide_rest: Rows after it are hidden if it fails.
        precheck: CodeRunner's testtype: 0 Check only, 1 Precheck only, 2 both.
        mark: Its weight.
    """

    __test__ = False  # pytest takes any class named Test for its own

    code: str
    expected: str | None = None
    stdin: str = ""
    extra: str = ""
    shown: bool = False
    display: Literal["", "SHOW", "HIDE", "HIDE_IF_FAIL", "HIDE_IF_SUCCEED"] = ""
    hide_rest: bool = False
    precheck: Literal[0, 1, 2] = 0
    mark: float = 1.0


class CodeRunnerSpec(QuestionSpec, frozen=True, kw_only=True, tag="coderunner"):
    """A program to be completed, graded all or nothing without penalty.

    Attributes:
        question_type: CodeRunner's question type.
        test: Its tests, in order.
        files: Names of support files.
        answer_box_lines: Height of the editor.
        cpu_seconds: CPU time limit of a run; None leaves it to the question type.
        memory_mb: Memory limit in MB as Jobe counts it; None leaves it to the question type.
        gpu: Its runs need a GPU.
    """

    question_type: str
    test: tuple[Test, ...] = ()
    files: tuple[str, ...] = ()
    answer_box_lines: int = 18
    cpu_seconds: int | None = None
    memory_mb: int | None = None
    gpu: bool = False


class VerbatimSpec(QuestionSpec, frozen=True, kw_only=True, tag="verbatim"):
    """A question kept as Moodle XML, in ``question.xml``: whatever this format cannot say."""


Spec = ChoiceSpec | MatchingSpec | CodeRunnerSpec | VerbatimSpec


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
    """A Moodle category and the folders of its questions.

    Attributes:
        path: Below the course; empty for the category chosen when the file is imported.
        info: What Moodle says about it.
        file: Begins the name of the exported file that holds it.
        xml: The element as Moodle XML in place of the two, for what they cannot say.
        questions: Their folders, in order.
    """

    path: Local | str = ""
    info: Local | str = ""
    file: str = "questions"
    xml: str = ""
    questions: tuple[str, ...] = ()
