"""What Moodle's import would refuse, drop or garble in a question (reference B1 to B6, C).

Moodle's importer reports little of this: many faults turn into a question that
exists and is wrong. So they are refused before the export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.model import (
    ChoiceSpec,
    CodeRunnerSpec,
    Language,
    Local,
    MatchingSpec,
    QuestionSpec,
    Test,
    pick,
)
from question_bank.render import emoticon_in, inline_html

__all__ = ["Fault", "emoticon_fault", "faults"]

_GRADES = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667),
    *(14.28571, 12.5, 11.11111, 10, 5, 0),
)
_GRADE_TOLERANCE = 0.001
_SUM_TOLERANCE = 0.01
_NUMBERINGS = ("abc", "ABCD", "123", "iii", "IIII", "none")
_LONGEST = 255
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the place in ``question.toml`` that causes it."""

    path: tuple[str | int, ...]
    problem: str
    remedy: str


def faults(
    spec: ChoiceSpec | MatchingSpec | CodeRunnerSpec, question_types: frozenset[str]
) -> Iterator[Fault]:
    """Every fault of one question, in the order of its file."""
    yield from _common(spec)
    if isinstance(spec, CodeRunnerSpec):
        yield from _coderunner(spec, question_types)
    elif isinstance(spec, ChoiceSpec):
        yield from _choice(spec)
    else:
        yield from _matching(spec)


def emoticon_fault(emoticon: str) -> tuple[str, str]:
    """Problem and remedy of a text in which Moodle sees a picture."""
    return (
        f"Moodle shows {emoticon} as a little picture",
        "Put it into code, or write it otherwise.",
    )


def _texts(path: tuple[str | int, ...], text: Local | str) -> Iterator[Fault]:
    for language in Language:
        if emoticon := emoticon_in(inline_html(pick(text, language))):
            yield Fault(path, *emoticon_fault(emoticon))
            return


def _common(spec: QuestionSpec) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9-]{1,90}", spec.idnumber):
        yield Fault(
            ("idnumber",),
            "this idnumber is not plain",
            "Use at most 90 small letters, digits and hyphens.",
        )
    for language in Language:
        if not 0 < len(pick(spec.name, language).strip()) <= _LONGEST:
            yield Fault(
                ("name", str(language)),
                f"a name must have 1 to {_LONGEST} characters",
                "Write a short one.",
            )
    if spec.mark <= 0:
        yield Fault(("mark",), "a question must be worth something", "Write a positive mark.")


def _choice(spec: ChoiceSpec) -> Iterator[Fault]:
    if len(spec.option) < 2:  # noqa: PLR2004 - a choice is between two
        yield Fault(("option",), "Moodle refuses fewer than two options", "Add one.")
    if spec.numbering not in _NUMBERINGS:
        yield Fault(
            ("numbering",),
            "Moodle knows no such numbering",
            f"Use one of {', '.join(_NUMBERINGS)}.",
        )
    for index, option in enumerate(spec.option):
        if all(abs(abs(option.percent) - grade) > _GRADE_TOLERANCE for grade in _GRADES):
            yield Fault(
                ("option", index, "percent"),
                f"Moodle refuses the fraction {option.percent:g}",
                "Use one of its list, as 50, 33.33333 or -100.",
            )
        if any(not pick(option.text, language).strip() for language in Language):
            yield Fault(
                ("option", index, "text"), "Moodle drops an option without text", "Write it."
            )
        yield from _texts(("option", index, "text"), option.text)
        yield from _texts(("option", index, "feedback"), option.feedback)
    best = max((option.percent for option in spec.option), default=0)
    total = sum(option.percent for option in spec.option if option.percent > 0)
    if spec.single and abs(best - 100) > _SUM_TOLERANCE:
        yield Fault(("option",), "no option earns the whole mark", "Give the right one 100.")
    if not spec.single and abs(total - 100) > _SUM_TOLERANCE:
        yield Fault(
            ("option",),
            f"the right options sum to {total:g} percent",
            "Make the positive percentages sum to 100.",
        )
    if not spec.single and sum(option.percent for option in spec.option) > _SUM_TOLERANCE:
        yield Fault(
            ("option",),
            "ticking everything earns marks",
            "Give wrong options negative percentages.",
        )


def _matching(spec: MatchingSpec) -> Iterator[Fault]:
    for language in Language:
        answers = [pick(pair.answer, language) for pair in spec.pair]
        if len(set(answers)) < 3:  # noqa: PLR2004 - Moodle's own minimum (reference C2)
            yield Fault(("pair",), "Moodle wants three different answers", "Add pairs.")
            return
        for index, pair in enumerate(spec.pair):
            answer = answers[index]
            if not answer.strip() or len(answer) > _LONGEST:
                yield Fault(
                    ("pair", index, "answer"),
                    f"an answer must have 1 to {_LONGEST} characters",
                    "An empty one makes Moodle drop all later questions.",
                )
            if not pick(pair.stem, language).strip():
                yield Fault(("pair", index, "stem"), "this pair has no stem", "Write it.")
            yield from _texts(("pair", index, "stem"), pair.stem)
            if answers.count(answer) > 1:
                yield Fault(
                    ("pair", index, "answer"),
                    "two pairs have the same answer",
                    "Moodle merges them: make the answers differ.",
                )


def _coderunner(spec: CodeRunnerSpec, question_types: frozenset[str]) -> Iterator[Fault]:
    if spec.question_type not in question_types:
        yield Fault(
            ("question_type",),
            f"there is no question type {spec.question_type}",
            f"Use one of {', '.join(sorted(question_types))}.",
        )
    if not any(test.shown for test in spec.test):
        yield Fault(
            ("test",), "no test is shown as the example", "Write shown = true into the first."
        )
    if len({test.code.strip() != "" for test in spec.test}) > 1:
        yield Fault(("test",), "some tests have code and some have none", "Give all of them code.")
    for index, test in enumerate(spec.test):
        yield from _test(index, test)
    for name in spec.files:
        if not _FILE_NAME.fullmatch(name) or name.startswith(("__tester__", "prog.")):
            yield Fault(
                ("files",),
                f"a server may refuse a support file called {name}",
                "Use letters, digits, dots, hyphens and underscores.",
            )


def _test(index: int, test: Test) -> Iterator[Fault]:
    for key in ("code", "stdin", "expected", "extra"):
        value = getattr(test, key)
        if value and not value.strip():
            yield Fault(
                ("test", index, key),
                "Moodle loses a text that is only white space",
                "Leave it empty or write something.",
            )
