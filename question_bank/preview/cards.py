"""What the page shows of each question: its sources, rendered as the export renders them."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from question_bank.export import question_xml
from question_bank.model import Bank, Entry, SupportFile
from question_bank.read import CodeRunnerQuestion, XmlError, read_questions
from question_bank.render import inline_html
from question_bank.spec import (
    ChoiceSpec,
    CodeRunnerSpec,
    Language,
    Local,
    MatchingSpec,
    Spec,
    Test,
    pick,
)

__all__ = ["Card", "Option", "Section", "sections"]

_IMAGE = re.compile(r"@@PLUGINFILE@@/([^\"'?#<>\s]+)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a choice, or a stem to be matched.

    Attributes:
        label: What numbers it; empty for nothing.
        text: HTML.
        percent: What choosing it earns.
        feedback: HTML, shown to who chose it.
        answer: What belongs to a stem.
    """

    text: str
    label: str = ""
    percent: float = 0
    feedback: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question.

    Attributes:
        number: From 1, over the whole page.
        kind: ``choice``, ``matching``, ``program`` or ``verbatim``.
        name: As in the question bank.
        mark: What it is worth.
        statement: HTML.
        feedback: HTML, the general feedback.
        single: One option may be chosen.
        options: Of a choice or a matching.
        preload: What the answer box starts with.
        answer: The sample answer.
        lines: Height of the answer box.
        examples: The tests that stand below the statement.
        program: As an import would have it; None if it cannot be graded here.
        obstacle: Why it cannot.
    """

    number: int
    kind: str
    name: str
    mark: float
    statement: str
    feedback: str
    single: bool = False
    options: tuple[Option, ...] = ()
    preload: str = ""
    answer: str = ""
    lines: int = 0
    examples: tuple[Test, ...] = ()
    program: CodeRunnerQuestion | None = None
    obstacle: str = ""

    @property
    def answers(self) -> list[str]:
        """What stems can be matched with; sorted, so that their order tells nothing."""
        return sorted({option.answer for option in self.options})


@dataclass(frozen=True, slots=True)
class Section:
    """A category and its questions."""

    name: str
    info: str
    cards: tuple[Card, ...]


def sections(bank: Bank, language: Language) -> Iterator[Section]:
    """The whole bank in one language, category by category."""
    number = 0
    for category in bank.categories:
        cards = []
        for entry in category.entries:
            number += 1
            cards.append(_card(number, entry, language))
        name = pick(category.spec.path, language).rsplit("/", 1)[-1]
        yield Section(name, pick(category.spec.info, language), tuple(cards))


def _card(number: int, entry: Entry, language: Language) -> Card:
    spec = entry.spec
    program, obstacle = None, ""
    try:
        program = _program(entry, language)
    except XmlError as error:
        obstacle = str(error)
    return Card(
        number=number,
        kind=_KINDS.get(type(spec), "verbatim"),
        name=pick(spec.name, language),
        mark=spec.mark,
        statement=_with_images(pick(entry.statement, language), entry.images),
        feedback=_with_images(pick(entry.feedback, language), entry.images),
        single=isinstance(spec, ChoiceSpec) and spec.single,
        options=tuple(_options(spec, language)),
        preload=entry.preload,
        answer=entry.answer,
        lines=spec.answer_box_lines if isinstance(spec, CodeRunnerSpec) else 0,
        examples=tuple(test for test in spec.test if test.shown)
        if isinstance(spec, CodeRunnerSpec)
        else (),
        program=program,
        obstacle=obstacle,
    )


_KINDS: dict[type[Spec], str] = {
    ChoiceSpec: "choice",
    MatchingSpec: "matching",
    CodeRunnerSpec: "program",
}


def _program(entry: Entry, language: Language) -> CodeRunnerQuestion | None:
    """The question to be graded; None for other questions.

    Raises:
        XmlError: It uses what our grading does not act out.
    """
    if not isinstance(entry.spec, CodeRunnerSpec):
        return None
    quiz = etree.Element("quiz")
    quiz.append(question_xml(entry, language, entry.spec.idnumber))
    (question,) = read_questions(quiz, str(entry.folder))
    return question if isinstance(question, CodeRunnerQuestion) else None


def _options(spec: Spec, language: Language) -> Iterator[Option]:
    def markup(text: Local | str) -> str:
        chosen = pick(text, language)
        return inline_html(chosen) if spec.format == "markdown" else chosen

    if isinstance(spec, ChoiceSpec):
        for index, option in enumerate(spec.option):
            label = _label(spec.numbering, index)
            yield Option(markup(option.text), label, option.percent, markup(option.feedback))
    elif isinstance(spec, MatchingSpec):
        for pair in spec.pair:
            yield Option(markup(pair.stem), answer=pick(pair.answer, language))


def _label(numbering: str, index: int) -> str:
    letter, roman = chr(ord("a") + index % 26), _ROMAN[index % len(_ROMAN)]
    labels = {"abc": letter, "ABCD": letter.upper(), "123": str(index + 1)}
    labels |= {"iii": roman, "IIII": roman.upper()}
    return f"{labels[numbering]}." if numbering in labels else ""


def _with_images(markup: str, images: Iterable[SupportFile]) -> str:
    """HTML whose pictures are in it, since there is no Moodle to ask for them."""
    known = {image.name: image for image in images}

    def inline(found: re.Match[str]) -> str:
        image = known.get(found[1])
        if image is None:
            return found[0]
        kind = mimetypes.guess_type(image.name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(image.content).decode('ascii')}"

    return _IMAGE.sub(inline, markup)
