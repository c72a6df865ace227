"""What Moodle's import would refuse, drop or garble in a question (reference B1 to B6, C).

Moodle's importer reports little of this: many faults turn into a question that
exists and is wrong. So they are refused before the export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.elements import trim
from question_bank.render import emoticon_in, inline_html
from question_bank.spec import (
    ChoiceSpec,
    CodeRunnerSpec,
    Language,
    Local,
    MatchingSpec,
    QuestionSpec,
    Spec,
    Test,
    pick,
)

__all__ = ["BUILT_IN_TYPES", "Fault", "Rules", "emoticon_fault"]

BUILT_IN_TYPES = frozenset(
    {
        *("c_function", "c_program", "cpp_function", "cpp_program", "directed_graph", "java_class"),
        *("java_method", "java_program", "multilanguage", "nodejs", "octave_function", "php"),
        *("pascal_function", "pascal_program", "python2", "python3", "python3_w_input", "sql"),
        "undirected_graph",
    }
)
"""Question types which CodeRunner brings along (reference B10)."""

_GRADES = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667),
    *(14.28571, 12.5, 11.11111, 10, 5, 0),
)
_GRADE_TOLERANCE = 0.001
_SUM_TOLERANCE = 0.01
_NUMBERINGS = ("abc", "ABCD", "123", "iii", "IIII", "none")
_LONGEST = 255
_LONGEST_IDNUMBER = 90
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]+")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the place in ``question.toml`` that causes it."""

    path: Path
    problem: str
    remedy: str


def emoticon_fault(emoticon: str) -> tuple[str, str]:
    """Problem and remedy of a text in which Moodle sees a picture."""
    return f"Moodle shows {emoticon} as a little picture", "Put it into code, or write otherwise."


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one bank.

    Attributes:
        languages: Every text must exist in each of them.
        question_types: CodeRunner question types that a question may have.
    """

    languages: tuple[Language, ...]
    question_types: frozenset[str]

    def faults(self, spec: Spec) -> Iterator[Fault]:
        """Every fault of one question."""
        yield from self._common(spec)
        if isinstance(spec, CodeRunnerSpec):
            yield from self._coderunner(spec)
        elif isinstance(spec, ChoiceSpec):
            yield from self._choice(spec)
        elif isinstance(spec, MatchingSpec):
            yield from self._matching(spec)

    def _common(self, spec: QuestionSpec) -> Iterator[Fault]:
        if len(spec.idnumber) > _LONGEST_IDNUMBER or spec.idnumber != trim(spec.idnumber):
            problem = f"an idnumber has at most {_LONGEST_IDNUMBER} characters, no blanks around"
            yield Fault(("idnumber",), problem, "Write a short one.")
        for language in self.languages:
            if not 0 < len(trim(pick(spec.name, language))) <= _LONGEST:
                problem = f"a name has 1 to {_LONGEST} characters in each language"
                yield Fault(("name",), problem, f"Write it in {language}.")
        if spec.mark < 0:
            yield Fault(("mark",), "a mark is not negative", "Write a positive one.")

    def _choice(self, spec: ChoiceSpec) -> Iterator[Fault]:
        percents = [option.percent for option in spec.option]
        if len(percents) < 2:  # noqa: PLR2004 - a choice is between two
            yield Fault(("option",), "Moodle refuses fewer than two options", "Add one.")
        if spec.numbering not in _NUMBERINGS:
            remedy = f"Use one of {', '.join(_NUMBERINGS)}."
            yield Fault(("numbering",), "Moodle knows no such numbering", remedy)
        for index, option in enumerate(spec.option):
            if all(abs(abs(option.percent) - grade) > _GRADE_TOLERANCE for grade in _GRADES):
                problem = f"Moodle refuses the fraction {option.percent:g}"
                remedy = "Use one of its list, as 50, 33.33333 or -100."
                yield Fault(("option", index, "percent"), problem, remedy)
            yield from self._present(("option", index, "text"), option.text)
            yield from self._shown(("option", index, "text"), option.text, spec)
            yield from self._shown(("option", index, "feedback"), option.feedback, spec)
        if spec.single:
            if abs(max(percents, default=0) - 100) > _SUM_TOLERANCE:
                problem = "no option earns the whole mark"
                yield Fault(("option",), problem, "Give the right one 100.")
            return
        total = sum(percent for percent in percents if percent > 0)
        if abs(total - 100) > _SUM_TOLERANCE:
            problem = f"the right options sum to {total:g} percent"
            yield Fault(("option",), problem, "Make the positive percentages sum to 100.")
        if sum(percents) > _SUM_TOLERANCE:
            remedy = "Give wrong options negative percentages."
            yield Fault(("option",), "ticking everything earns marks", remedy)

    def _matching(self, spec: MatchingSpec) -> Iterator[Fault]:
        for language in self.languages:
            answers = [pick(pair.answer, language) for pair in spec.pair]
            if len(set(answers)) < 3:  # noqa: PLR2004 - Moodle's own minimum (reference C2)
                yield Fault(("pair",), "Moodle wants three different answers", "Add pairs.")
                return
            for index, answer in enumerate(answers):
                if not trim(answer) or len(answer) > _LONGEST:
                    problem = f"an answer must have 1 to {_LONGEST} characters"
                    remedy = "An empty one makes Moodle drop all later questions."
                    yield Fault(("pair", index, "answer"), problem, remedy)
                if answers.count(answer) > 1:
                    problem = "two pairs have the same answer"
                    remedy = "Moodle merges them: make the answers differ."
                    yield Fault(("pair", index, "answer"), problem, remedy)
        for index, pair in enumerate(spec.pair):
            yield from self._present(("pair", index, "stem"), pair.stem)
            yield from self._shown(("pair", index, "stem"), pair.stem, spec)

    def _coderunner(self, spec: CodeRunnerSpec) -> Iterator[Fault]:
        if spec.question_type not in self.question_types:
            problem = f"there is no question type {spec.question_type}"
            remedy = f"Use one of {', '.join(sorted(self.question_types))}."
            yield Fault(("question_type",), problem, remedy)
        if len({trim(test.code) != "" for test in spec.test}) > 1:
            problem = "some tests have code and some have none"
            yield Fault(("test",), problem, "Give all of them code.")
        for index, test in enumerate(spec.test):
            yield from _test(index, test)
        for name in spec.files:
            if not _FILE_NAME.fullmatch(name) or name.startswith(("__tester__", "prog.")):
                problem = f"a server may refuse a support file called {name}"
                remedy = "Use letters, digits, dots, hyphens and underscores."
                yield Fault(("files",), problem, remedy)

    def _present(self, path: Path, text: Local | str) -> Iterator[Fault]:
        for language in self.languages:
            if not trim(pick(text, language)):
                yield Fault(path, "Moodle drops what has no text", f"Write it in {language}.")

    def _shown(self, path: Path, text: Local | str, spec: QuestionSpec) -> Iterator[Fault]:
        if spec.format != "markdown":
            return
        for language in self.languages:
            if emoticon := emoticon_in(inline_html(pick(text, language))):
                yield Fault(path, *emoticon_fault(emoticon))


def _test(index: int, test: Test) -> Iterator[Fault]:
    for key in ("code", "stdin", "expected", "extra"):
        value = getattr(test, key)
        if value and not trim(value):
            problem = "Moodle loses a text that is only white space"
            yield Fault(("test", index, key), problem, "Leave it empty or write something.")
    if test.mark <= 0:
        problem = "CodeRunner divides by a test's mark"
        yield Fault(("test", index, "mark"), problem, "Write a positive one.")
