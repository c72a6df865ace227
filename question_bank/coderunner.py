"""Grade an answer as the CodeRunner plugin does (reference A5 to A13).

Grading reads nothing but what Moodle would have after importing the XML: the
question, and the prototypes that are visible to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum

from jinja2 import TemplateError

from question_bank.client import Job, JobeClient, Outcome, Run, SandboxError
from question_bank.grading import clean, equal
from question_bank.read import CodeRunnerQuestion, TestCase
from question_bank.twig import expand

__all__ = ["Grade", "Row", "State", "UncheckableError", "grade", "inherit"]

_RESULT_TEXTS = {
    Outcome.RUN_ERROR: "Run error",
    Outcome.TIME_LIMIT: "Time limit exceeded",
    Outcome.MEMORY_LIMIT: "Memory limit exceeded",
    Outcome.ILLEGAL_CALL: "Illegal function call",
}
_DIGITS_OF_A_MARK = 5


class UncheckableError(Exception):
    """The question is broken in Moodle too, or uses what this client does not act out."""


class State(Enum):
    """How grading ended."""

    GRADED = "graded"
    SYNTAX_ERROR = "Syntax Error(s)"
    QUESTION_ERROR = "Error in question"
    NOT_RUN = "Failed to run tests"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the result table; ``failed`` if its run did not end well."""

    test: TestCase
    got: str
    right: bool
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """What became of an answer.

    Attributes:
        state: How grading ended; without rows unless ``GRADED``.
        rows: Results of the tests that were run.
        message: What the student reads if there is no table.
        fraction: 0 to 1, all or nothing applied.
        jobs: Runs sent to the server.
    """

    state: State
    rows: tuple[Row, ...]
    message: str
    fraction: float
    jobs: int


def inherit(
    question: CodeRunnerQuestion, prototypes: Mapping[str, CodeRunnerQuestion]
) -> CodeRunnerQuestion:
    """The question with every empty field filled from its prototype (reference B4).

    Raises:
        UncheckableError: It has no tests, there is no such prototype, or its grader is not
            EqualityGrader.
    """
    if not question.tests:
        raise UncheckableError("it has no tests, so there is nothing to grade by")
    prototype = prototypes.get(question.coderunner_type)
    if prototype is None:
        raise UncheckableError(f"there is no question type {question.coderunner_type}")
    names = {file.name for file in question.files}
    whole = replace(
        question,
        template=question.template or prototype.template,
        is_combinator=prototype.is_combinator
        if question.is_combinator is None
        else question.is_combinator,
        splitter=question.splitter or prototype.splitter,
        language=question.language or prototype.language,
        grader=question.grader or prototype.grader or "EqualityGrader",
        cpu_seconds=prototype.cpu_seconds if question.cpu_seconds is None else question.cpu_seconds,
        memory_mb=prototype.memory_mb if question.memory_mb is None else question.memory_mb,
        sandbox_params=question.sandbox_params or prototype.sandbox_params,
        files=(*(file for file in prototype.files if file.name not in names), *question.files),
    )
    if whole.grader != "EqualityGrader":
        raise UncheckableError(f"this client does not act out {whole.grader}")
    return whole


def grade(question: CodeRunnerQuestion, answer: str, jobe: JobeClient) -> Grade:
    """Grade an answer with all tests of a question, as a press on Check does.

    Args:
        question: With its inherited fields, from ``inherit``.
        answer: The student's text.
        jobe: Where to run it.
    """
    grader = _Grader(question, answer, jobe)
    state, message = grader.run()
    rows = tuple(grader.rows)
    fraction = _fraction(question, rows) if state is State.GRADED else 0.0
    return Grade(state, rows, message, fraction, grader.jobs)


def _fraction(question: CodeRunnerQuestion, rows: Sequence[Row]) -> float:
    total = sum(test.mark for test in question.tests)
    fraction = round(sum(row.test.mark for row in rows if row.right) / total, _DIGITS_OF_A_MARK)
    return 0.0 if question.all_or_nothing and fraction < 1 else fraction


class _Grader:
    """One answer on its way through the tests."""

    def __init__(self, question: CodeRunnerQuestion, answer: str, jobe: JobeClient) -> None:
        self._question = question
        self._answer = answer
        self._jobe = jobe
        self.rows: list[Row] = []
        self.jobs = 0

    def run(self) -> tuple[State, str]:
        question = self._question
        try:
            if question.is_combinator and not any(test.stdin for test in question.tests):
                ending = self._combined()
                if ending is not None:
                    return ending
            return self._one_by_one()
        except TemplateError as error:
            return State.SYNTAX_ERROR, f"TEMPLATE ERROR: {error}"
        except SandboxError as error:
            return State.NOT_RUN, str(error)

    def _combined(self) -> tuple[State, str] | None:
        """All tests in one program; None if they have to be run one by one."""
        tests = self._question.tests
        run = self._execute({"TESTCASES": [asdict(test) for test in tests]}, stdin="")
        if run.outcome is Outcome.COMPILE_ERROR:
            return State.SYNTAX_ERROR, run.compile_text
        if run.outcome is not Outcome.SUCCESS:
            return None
        pieces = re.split(_pattern(self._question.splitter), run.stdout)
        if len(pieces) != len(tests):
            return State.QUESTION_ERROR, f"Expected {len(tests)} test results, got {len(pieces)}."
        for test, piece in zip(tests, pieces, strict=True):
            self._compare(test, piece)
        return State.GRADED, ""

    def _one_by_one(self) -> tuple[State, str]:
        for test in self._question.tests:
            fields = asdict(test)
            combinator = self._question.is_combinator
            run = self._execute(
                {"TESTCASES": [fields]} if combinator else {"TEST": fields}, test.stdin
            )
            if run.outcome is Outcome.COMPILE_ERROR:
                return State.SYNTAX_ERROR, run.compile_text
            if run.outcome is not Outcome.SUCCESS:
                self.rows.append(Row(test, _failure(run), right=False, failed=True))
                return State.GRADED, ""
            self._compare(test, run.stdout)
        return State.GRADED, ""

    def _execute(self, variables: Mapping[str, object], stdin: str) -> Run:
        question = self._question
        self.jobs += 1
        return self._jobe.run(
            Job(
                language=question.language,
                source=expand(question.template, {**self._common_variables(), **variables}),
                stdin=stdin,
                files=question.files,
                cpu_seconds=question.cpu_seconds,
                memory_mb=question.memory_mb,
                parameters=question.sandbox_params,
            )
        )

    def _common_variables(self) -> dict[str, object]:
        return {
            "STUDENT_ANSWER": self._answer,
            "IS_PRECHECK": "0",
            "ANSWER_LANGUAGE": "",
            "ATTACHMENTS": "",
            "QUESTION": {"name": self._question.name, "language": self._question.language},
        }

    def _compare(self, test: TestCase, output: str) -> None:
        self.rows.append(Row(test, clean(output), equal(output, test.expected)))


def _failure(run: Run) -> str:
    text = f"***{_RESULT_TEXTS.get(run.outcome, 'Abnormal termination')}***"
    parts = (run.compile_text, run.stdout, text, run.stderr)
    return "\n".join(part for part in parts if part.strip())


def _pattern(splitter: str) -> str:
    """A PCRE with delimiters and flags as a Python pattern."""
    pattern, flags = splitter[1:].rsplit(splitter[0], 1)
    return f"(?{flags}){pattern}" if flags else pattern
