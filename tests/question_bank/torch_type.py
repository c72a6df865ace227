"""Questions of the type python3_torch as it is exported, with tests of a suite's own."""

from dataclasses import replace

from question_bank.client import JobeClient
from question_bank.coderunner import Grade, grade, inherit
from question_bank.load import BANK
from question_bank.read import CodeRunnerQuestion, TestCase, read_quiz


def question(*tests: tuple[str, str], extra: str = "") -> CodeRunnerQuestion:
    """A question of the type as it is exported, with other tests and without files of its own."""
    questions = read_quiz(BANK / "moodle" / "questions.en.xml")
    programs = [each for each in questions if isinstance(each, CodeRunnerQuestion)]
    prototype, program = programs[0], programs[1]
    assert prototype.is_prototype
    assert program.coderunner_type == prototype.coderunner_type == "python3_torch"
    cases = tuple(case(code, expected, extra) for code, expected in tests)
    return inherit(replace(program, tests=cases, files=()), {prototype.coderunner_type: prototype})


def case(code: str, expected: str, extra: str) -> TestCase:
    return TestCase(
        testcode=code,
        stdin="anything",
        expected=expected,
        extra=extra,
        display="SHOW",
        testtype=0,
        useasexample=False,
        hiderestiffail=False,
        mark=1,
    )


def graded(server_url: str, answer: str, asked: CodeRunnerQuestion) -> Grade:
    return grade(asked, answer, JobeClient(server_url))


def got(server_url: str, answer: str, *tests: str, extra: str = "") -> list[str]:
    """What the student sees of each test."""
    asked = question(*((test, "") for test in tests), extra=extra)
    return [row.got for row in graded(server_url, answer, asked).rows]
