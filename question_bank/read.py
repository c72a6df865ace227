"""Read Moodle XML as Moodle's importer does, as far as grading needs it (reference B, C)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml.etree import _Element as Element

from question_bank.elements import content, parse_file, trim
from question_bank.model import SupportFile

__all__ = [
    "Answer",
    "ChoiceQuestion",
    "CodeRunnerQuestion",
    "MatchingQuestion",
    "Question",
    "TestCase",
    "XmlError",
    "read_questions",
    "read_quiz",
]


class XmlError(Exception):
    """A file, or an element of it, which Moodle's importer would not take."""


@dataclass(frozen=True, slots=True)
class Question:
    """What every question has."""

    idnumber: str
    name: str
    text: str
    mark: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An option of a choice with its fraction in percent."""

    text: str
    percent: float


@dataclass(frozen=True, slots=True)
class ChoiceQuestion(Question):
    """A multichoice question."""

    single: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class MatchingQuestion(Question):
    """A matching question: stems as HTML, each with its answer."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test as CodeRunner stores it."""

    __test__ = False  # pytest takes any class named Test for its own

    testcode: str
    stdin: str
    expected: str
    extra: str
    display: str
    testtype: int
    useasexample: bool
    hiderestiffail: bool
    mark: float


@dataclass(frozen=True, slots=True)
class CodeRunnerQuestion(Question):
    """A coderunner question or prototype; empty fields are inherited from the prototype.

    Attributes:
        is_prototype: It defines the type ``coderunner_type`` rather than using it.
        is_combinator: 0 or 1; None inherits.
        cpu_seconds: None inherits.
        memory_mb: None inherits.
    """

    coderunner_type: str
    is_prototype: bool
    all_or_nothing: bool
    preload: str
    answer: str
    template: str
    is_combinator: int | None
    splitter: str
    language: str
    grader: str
    cpu_seconds: int | None
    memory_mb: int | None
    sandbox_params: str
    tests: tuple[TestCase, ...]
    files: tuple[SupportFile, ...]


_UNSUPPORTED = ("templateparams", "attachments", "acelang")
"""Elements that change grading in ways this client does not act out."""


def read_quiz(path: Path) -> tuple[Question, ...]:
    """The questions of a Moodle XML file in document order, categories left out.

    Raises:
        XmlError: It is no Moodle XML, or uses what this client cannot grade.
    """
    try:
        root = parse_file(path)
    except (OSError, UnicodeDecodeError, etree.XMLSyntaxError) as error:
        raise XmlError(f"{path}: {error}") from error
    return read_questions(root, str(path))


def read_questions(root: Element, path: str) -> tuple[Question, ...]:
    """The questions of a ``quiz`` element; ``path`` names it in errors.

    Raises:
        XmlError: It is no quiz, or uses what this client cannot grade.
    """
    if root.tag != "quiz":
        raise XmlError(f"{path}: the root element is {root.tag}, not quiz")
    readers = {"multichoice": _choice, "matching": _matching, "coderunner": _coderunner}
    questions: list[Question] = []
    for element in root.iterfind("question"):
        kind = element.get("type", "")
        if kind == "category":
            continue
        if kind not in readers:
            raise XmlError(f"{path}:{element.sourceline}: questions of type {kind} are not checked")
        try:
            questions.append(readers[kind](element))
        except ValueError as error:
            raise XmlError(f"{path}:{element.sourceline}: {error}") from error
    return tuple(questions)


def _common(element: Element) -> tuple[str, str, str, float]:
    return (
        _leaf(element, "idnumber"),
        _text(element, "name"),
        _text(element, "questiontext"),
        float(_leaf(element, "defaultgrade") or 1),
    )


def _choice(element: Element) -> ChoiceQuestion:
    answers = tuple(
        Answer(_leaf(answer, "text"), float(answer.get("fraction", 0)))
        for answer in element.iterfind("answer")
    )
    single = _leaf(element, "single") not in {"false", "", "0"}
    return ChoiceQuestion(*_common(element), single=single, answers=answers)


def _matching(element: Element) -> MatchingQuestion:
    pairs = tuple(
        (_leaf(stem, "text"), _text(stem, "answer")) for stem in element.iterfind("subquestion")
    )
    return MatchingQuestion(*_common(element), pairs=pairs)


def _coderunner(element: Element) -> CodeRunnerQuestion:
    for name in _UNSUPPORTED:
        if _leaf(element, name) not in {"", "0"}:
            raise ValueError(f"this client does not act out {name}")
    prototype_type = _leaf(element, "prototypetype")
    if prototype_type not in {"0", "1", "2"}:
        raise ValueError("without prototypetype Moodle renames the question's type (B9)")
    return CodeRunnerQuestion(
        *_common(element),
        coderunner_type=_leaf(element, "coderunnertype"),
        is_prototype=prototype_type != "0",
        all_or_nothing=_leaf(element, "allornothing", absent="1") not in {"", "0"},
        preload=_leaf(element, "answerpreload"),
        answer=_leaf(element, "answer"),
        template=_leaf(element, "template"),
        is_combinator=_inherited_number(element, "iscombinatortemplate"),
        splitter=_leaf(element, "testsplitterre"),
        language=_leaf(element, "language"),
        grader=_leaf(element, "grader"),
        cpu_seconds=_inherited_number(element, "cputimelimitsecs"),
        memory_mb=_inherited_number(element, "memlimitmb"),
        sandbox_params=_leaf(element, "sandboxparams"),
        tests=tuple(_test(case) for case in element.iterfind("testcases/testcase")),
        files=tuple(_files(element)),
    )


def _test(case: Element) -> TestCase:
    return TestCase(
        testcode=_text(case, "testcode"),
        stdin=_text(case, "stdin"),
        expected=_text(case, "expected"),
        extra=_text(case, "extra"),
        display=_text(case, "display"),
        testtype=int(case.get("testtype", 0)),
        useasexample=case.get("useasexample", "0") != "0",
        hiderestiffail=case.get("hiderestiffail", "0") != "0",
        mark=float(case.get("mark", 1)),
    )


def _files(element: Element) -> Iterator[SupportFile]:
    for file in element.iterfind("testcases/file"):
        yield SupportFile(file.get("name", ""), base64.b64decode(file.text or ""))


def _inherited_number(element: Element, name: str) -> int | None:
    value = _leaf(element, name)
    return int(value) if value else None


def _leaf(element: Element, name: str, *, absent: str = "") -> str:
    """An element's own text; only white space counts as nothing, as in Moodle (B1)."""
    child = element.find(name)
    if child is None:
        return absent
    text = content(child)
    return text if trim(text) else ""


def _text(element: Element, name: str) -> str:
    """The ``text`` inside an element.

    Raises:
        ValueError: One of the two is missing, which ends Moodle's import.
    """
    child = element.find(f"{name}/text")
    if child is None:
        raise ValueError(f"there is no {name} with a text in it")
    text = content(child)
    return text if trim(text) else ""
