"""Grading as CodeRunner does it: together or one by one, marks, what a student reads."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from question_bank.builtin import built_in
from question_bank.client import JobeClient
from question_bank.coderunner import Grade, State, UncheckableError, grade, inherit
from question_bank.load import load_bank
from question_bank.model import SupportFile
from question_bank.read import CodeRunnerQuestion, TestCase

if TYPE_CHECKING:
    from tests.question_bank.conftest import PythonJobe

TYPES = built_in(load_bank())


def case(code: str, expected: str, *, stdin: str = "", mark: float = 1) -> TestCase:
    return TestCase(
        testcode=code,
        stdin=stdin,
        expected=expected,
        extra="",
        display="SHOW",
        testtype=0,
        useasexample=True,
        hiderestiffail=False,
        mark=mark,
    )


def question(*tests: TestCase, all_or_nothing: bool = True) -> CodeRunnerQuestion:
    return CodeRunnerQuestion(
        idnumber="i",
        name="n",
        text="",
        mark=1,
        coderunner_type="python3",
        is_prototype=False,
        all_or_nothing=all_or_nothing,
        preload="",
        answer="",
        template="",
        is_combinator=None,
        splitter="",
        language="",
        grader="",
        cpu_seconds=None,
        memory_mb=None,
        sandbox_params="",
        tests=tests,
        files=(),
    )


def graded(asked: CodeRunnerQuestion, answer: str, jobe: JobeClient) -> Grade:
    return grade(inherit(asked, TYPES), answer, jobe)


ONE_AND_TWO = question(case("print(x)", "1"), case("print(x + 1)", "2"))


def test_tests_without_input_run_together(python_jobe: "PythonJobe") -> None:
    result = graded(ONE_AND_TWO, "x = 1", python_jobe)
    assert (result.state, result.fraction, result.jobs) == (State.GRADED, 1, 1)
    assert [row.got for row in result.rows] == ["1\n", "2\n"]


def test_tests_with_input_run_one_by_one(python_jobe: "PythonJobe") -> None:
    asked = question(case("print(x)", "a", stdin="a"), case("print(x)", "b", stdin="b"))
    result = graded(asked, "x = input()", python_jobe)
    assert (result.fraction, result.jobs) == (1, 2)
    assert [job.stdin for job in python_jobe.jobs] == ["a", "b"]


def test_one_wrong_output_of_two_is_nothing_or_half(python_jobe: "PythonJobe") -> None:
    tests = (case("print(x)", "1"), case("print(x)", "2"))
    assert graded(question(*tests), "x = 1", python_jobe).fraction == 0
    half = graded(question(*tests, all_or_nothing=False), "x = 1", python_jobe)
    assert half.fraction == 0.5
    assert [row.right for row in half.rows] == [True, False]


def test_marks_weigh_tests(python_jobe: "PythonJobe") -> None:
    tests = (case("print(1)", "1", mark=3), case("print(1)", "2", mark=1))
    assert graded(question(*tests, all_or_nothing=False), "", python_jobe).fraction == 0.75


def test_a_failing_combined_run_is_repeated_one_by_one(python_jobe: "PythonJobe") -> None:
    asked = question(*(case(f"print(1 // {n})", str(1)) for n in (1, 0, 1)))
    result = graded(replace(asked, all_or_nothing=False), "", python_jobe)
    assert result.jobs == 3, "together, the first, the second; then testing is aborted"
    assert [row.right for row in result.rows] == [True, False]
    assert "***Run error***\nTraceback" in result.rows[1].got
    assert "ZeroDivisionError" in result.rows[1].got


def test_output_before_a_run_error_is_shown_above_it(python_jobe: "PythonJobe") -> None:
    asked = question(case("print('so far'); 1 / 0", "so far", stdin="x"))
    (row,) = graded(asked, "", python_jobe).rows
    assert row.got.startswith("so far\n\n***Run error***\n")


def test_a_syntax_error_is_no_table(python_jobe: "PythonJobe") -> None:
    result = graded(ONE_AND_TWO, "x = = 1", python_jobe)
    assert (result.state, result.rows, result.fraction) == (State.SYNTAX_ERROR, (), 0)
    assert "SyntaxError" in result.message


def test_a_forged_separator_spoils_the_split(python_jobe: "PythonJobe") -> None:
    result = graded(ONE_AND_TWO, "x = 1\nprint('#<ab@17943918#@>#')", python_jobe)
    assert (result.state, result.fraction) == (State.QUESTION_ERROR, 0)
    assert result.message == "Expected 2 test results, got 3."


def test_no_server_is_not_the_students_fault() -> None:
    result = graded(ONE_AND_TWO, "x = 1", JobeClient("127.0.0.1:9"))
    assert result.state is State.NOT_RUN


def test_a_broken_template_is_told(python_jobe: "PythonJobe") -> None:
    result = graded(replace(ONE_AND_TWO, template="{% for %}"), "", python_jobe)
    assert result.state is State.SYNTAX_ERROR
    assert result.message.startswith("TEMPLATE ERROR: ")


def test_a_per_test_template_sees_one_test(python_jobe: "PythonJobe") -> None:
    template = "{{ STUDENT_ANSWER }}\n{{ TEST.testcode }}\n"
    asked = replace(ONE_AND_TWO, template=template, is_combinator=0)
    assert graded(asked, "x = 1", python_jobe).fraction == 1
    assert len(python_jobe.jobs) == 2


def test_fields_of_the_question_override_its_type() -> None:
    file, other = SupportFile("a", b"1"), SupportFile("b", b"2")
    base = replace(TYPES["python3"], files=(file, other), memory_mb=100, cpu_seconds=3)
    own = SupportFile("a", b"own")
    whole = inherit(replace(ONE_AND_TWO, files=(own,), memory_mb=0), {"python3": base})
    assert (whole.memory_mb, whole.cpu_seconds) == (0, 3)
    assert whole.template == base.template
    assert whole.files == (other, own)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coderunner_type": "python3-1"}, "there is no question type python3-1"),
        ({"grader": "RegexGrader"}, "does not act out RegexGrader"),
    ],
)
def test_what_moodle_could_not_grade_is_refused(change: dict[str, str], message: str) -> None:
    with pytest.raises(UncheckableError, match=message):
        inherit(replace(ONE_AND_TWO, **change), TYPES)  # type: ignore[arg-type]  # fields by name
