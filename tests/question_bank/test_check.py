"""The check proves what it can run, and says what fails."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lxml import etree

from question_bank.__main__ import main
from question_bank.builtin import built_in
from question_bank.check import prove, steps
from question_bank.evidence import AnswerFile, Evidence, Fence
from question_bank.load import BANK, load_bank
from question_bank.proof import Kind, Proof
from question_bank.read import (
    Answer,
    ChoiceQuestion,
    CodeRunnerQuestion,
    MatchingQuestion,
    Question,
    read_quiz,
)

if TYPE_CHECKING:
    from tests.question_bank.conftest import PythonJobe

TYPES = built_in(load_bank())
HEAD = {"idnumber": "i", "name": "n", "text": "", "mark": 1.0}


def attempt(name: str, text: str) -> AnswerFile:
    return AnswerFile(f"{name}.py", text)


def program() -> CodeRunnerQuestion:
    """A question of the bank with simpler tests: double(n) doubles."""
    source = read_quiz(BANK / "moodle" / "questions.en.xml")[-1]
    assert isinstance(source, CodeRunnerQuestion)
    shown, hidden, _ = source.tests
    return replace(
        source,
        coderunner_type="python3",
        preload="def double(n): ...",
        answer="def double(n): return 2 * n",
        tests=(
            replace(shown, testcode="print(double(2))", stdin="", expected="4"),
            replace(hidden, testcode="print(double(3))", stdin="", expected="6"),
        ),
        files=(),
    )


RIGHT = (attempt("adds", "def double(n): return n + n"),)
WRONG = (attempt("squares", "def double(n): return n * n"),)


def proved(question: Question, evidence: Evidence, jobe: "PythonJobe") -> Proof:
    done: list[None] = []
    proof = prove(question, TYPES, evidence, jobe, lambda: done.append(None))
    assert len(done) == steps(question, evidence), "the progress bar must reach its end"
    return proof


def what(proof: Proof) -> list[str]:
    return [failure.what for failure in proof.failures]


def test_a_program_is_proved(python_jobe: "PythonJobe") -> None:
    proof = proved(program(), Evidence(right=RIGHT, wrong=WRONG), python_jobe)
    assert not proof.failures
    assert (proof.tests, proof.fraction) == ((2, 2), 1)
    counts = [proof.count(kind) for kind in (Kind.RIGHT, Kind.WRONG, Kind.MUTANT)]
    assert counts == [(1, 1), (2, 2), (5, 5)]
    assert proof.milliseconds is not None


def test_a_program_without_tests_is_not_proved(python_jobe: "PythonJobe") -> None:
    proof = prove(replace(program(), tests=()), TYPES, Evidence(), python_jobe, lambda: None)
    assert what(proof) == ["it has no tests, so there is nothing to grade by"]


def test_what_refused_an_answer_is_told(python_jobe: "PythonJobe") -> None:
    wrong = (
        attempt("four", "def double(n): return 4"),
        attempt("square", "def double(n): return n * n + 1"),
    )
    proof = proved(program(), Evidence(wrong=wrong), python_jobe)
    told = {trial.name: trial.refused_by() for trial in proof.trials if trial.kind is Kind.WRONG}
    assert told == {
        "four.py": "test 2 (hidden)",
        "square.py": "test 1 (shown)",
        "preload.py": "test 1 (shown)",
    }


@pytest.mark.parametrize(
    ("change", "evidence", "message"),
    [
        pytest.param(
            {"answer": "double = lambda n: n * n"},
            Evidence(),
            "the sample answer does not earn the full mark",
            id="sample",
        ),
        pytest.param(
            {"answer": "def double(n): return 2 * n if n else 0"},
            Evidence(),
            "the mutant line 1: 0 → 1 earns a mark",
            id="a mutant passes",
        ),
        pytest.param(
            {"preload": "def double(n): return n + n"},
            Evidence(),
            "the wrong answer preload.py earns a mark",
            id="preload",
        ),
        pytest.param(
            {},
            Evidence(wrong=RIGHT),
            "the wrong answer adds.py earns a mark",
            id="a wrong answer passes",
        ),
        pytest.param(
            {},
            Evidence(right=WRONG),
            "the right answer squares.py does not earn the full mark",
            id="a right answer fails",
        ),
        pytest.param(
            {},
            Evidence(wrong=(attempt("typo", "def double(n) return n"),)),
            "the wrong answer typo.py was not tested",
            id="a wrong answer that does not compile proves nothing",
        ),
        pytest.param(
            {"coderunner_type": "python9"},
            Evidence(),
            "there is no question type python9",
            id="no such type",
        ),
    ],
)
def test_a_program_is_not_proved(
    python_jobe: "PythonJobe", change: dict[str, str], evidence: Evidence, message: str
) -> None:
    question = replace(program(), **change)  # type: ignore[arg-type]  # fields by name
    proof = prove(question, TYPES, evidence, python_jobe, lambda: None)
    assert what(proof) == [message]


def test_a_passing_mutant_may_be_kept_as_a_right_answer(python_jobe: "PythonJobe") -> None:
    question = replace(program(), answer="def double(n): return 2 * n if n else 0")
    kept = attempt("one", "def double(n):\n    # never asked for 0\n    return 2 * n if n else 1")
    assert not proved(question, Evidence(right=(kept,)), python_jobe).failures


def test_code_that_students_read_must_run(python_jobe: "PythonJobe") -> None:
    good, bad = Fence(Path("a.md"), 3, "x = 1"), Fence(Path("a.md"), 9, "1 / 0")
    proof = proved(program(), Evidence(fences=(good, bad)), python_jobe)
    (told,) = what(proof)
    assert told.startswith("a.md:9: this code does not run. Correct it, or mark the block as text.")
    assert "ZeroDivisionError" in told


PAIRS = (("<code>1 + 1</code>", "2"), ("<code>(1, 2)</code>", "(1, 2)"), ("<code>x</code>", "xs"))


def test_pairs_are_proved_by_running_them(python_jobe: "PythonJobe") -> None:
    question = MatchingQuestion(**HEAD, pairs=(*PAIRS, ("<code>1 &lt; y</code>", "NameError")))  # type: ignore[arg-type]  # shared fields
    proof = proved(question, Evidence(set_up="x = 'xs'"), python_jobe)
    assert not proof.failures
    assert proof.tests == (4, 4)


def test_a_wrong_pair_is_found(python_jobe: "PythonJobe") -> None:
    question = MatchingQuestion(**HEAD, pairs=PAIRS)  # type: ignore[arg-type]  # shared fields
    proof = proved(question, Evidence(set_up="x = 'y'"), python_jobe)
    assert what(proof) == ["x gives y, not xs"]
    assert (proof.tests, proof.fraction) == ((2, 3), 2 / 3)


def test_a_set_up_that_fails_proves_nothing(python_jobe: "PythonJobe") -> None:
    question = MatchingQuestion(**HEAD, pairs=PAIRS)  # type: ignore[arg-type]  # shared fields
    proof = proved(question, Evidence(set_up="1 / 0"), python_jobe)
    assert "ZeroDivisionError" in what(proof)[0]
    assert proof.tests == (0, 3)


@pytest.mark.parametrize(
    ("single", "percents", "faults"),
    [
        pytest.param(False, (50, -100, 50), [], id="several"),
        pytest.param(True, (0, 100), [], id="one"),
        pytest.param(False, (33.33333, 33.33333, 33.33333, -100), [], id="thirds"),
        pytest.param(False, (50, 50, 0), ["ticking everything earns a mark"], id="everything"),
        pytest.param(
            True, (0, 50), ["ticking what is right does not earn the full mark"], id="half"
        ),
        pytest.param(True, (100, 50), ["no option is wrong"], id="nothing wrong"),
    ],
)
def test_choices(
    python_jobe: "PythonJobe", *, single: bool, percents: tuple[float, ...], faults: list[str]
) -> None:
    answers = tuple(Answer("a", percent) for percent in percents)
    question = ChoiceQuestion(**HEAD, single=single, answers=answers)  # type: ignore[arg-type]  # shared fields
    assert what(proved(question, Evidence(), python_jobe)) == faults


def run_check(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", *words], env={"COLUMNS": "160"})
    return result.exit_code, result.output


def test_without_a_server_nothing_is_proved() -> None:
    code, output = run_check("--server", "http://127.0.0.1:9")
    assert code == 1
    assert "Jobe server request failed" in output


def test_a_file_that_is_no_quiz_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<quiz>")
    code, output = run_check(str(tmp_path / "a.xml"))
    assert code == 1
    assert "Error: " in output


@pytest.mark.cell
@pytest.mark.slow
def test_the_whole_bank_is_proved(server_url: str) -> None:
    code, output = run_check("--server", server_url)
    assert code == 0, output
    assert len(re.findall(r"^ [✓~] .+? (\d)/\1 +1/1 ", output, re.MULTILINE)) == 16


@pytest.mark.cell
def test_a_failing_test_is_shown_as_its_student_sees_it(server_url: str, tmp_path: Path) -> None:
    root = etree.parse(BANK / "moodle" / "questions.en.xml").getroot()
    for question in root.findall("question"):
        if question.findtext("idnumber") not in {None, "dl-linear-forward-en"}:
            root.remove(question)
    xml = etree.tostring(root, encoding="unicode")
    xml = xml.replace("fc_out_alternative = x @ w.T + b", "fc_out_alternative = x @ w.T")
    xml = xml.replace("dl-linear-forward-en", "no-answers-lie-beside-it")
    (tmp_path / "broken.xml").write_text(xml, encoding="utf-8")
    code, output = run_check("--server", server_url, str(tmp_path / "broken.xml"))
    assert code == 1
    assert "the sample answer does not earn the full mark" in output
    assert "tensor([[False, False, False]])" in output
