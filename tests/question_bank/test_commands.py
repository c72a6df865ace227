"""New questions and computed outputs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from question_bank.__main__ import main
from question_bank.compute import ComputeError, compute
from question_bank.elements import parse
from question_bank.export import quiz_xml
from question_bank.load import load_bank
from question_bank.read import CodeRunnerQuestion, read_questions
from question_bank.scaffold import KINDS
from question_bank.spec import Language
from tests.question_bank.conftest import PythonJobe

BANK = 'languages = ["en"]\nknown_types = ["python3_torch"]\n\n[[category]]\nquestions = [{}]\n'


def invoke(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_question_exports_at_once(tmp_path: Path, kind: str) -> None:
    (tmp_path / "bank.toml").write_text(BANK.format(""))
    code, output = invoke("new", "first", "--type", kind, "--bank", str(tmp_path))
    assert (code, 'Add "first" to a category' in output) == (0, True)
    (tmp_path / "bank.toml").write_text(BANK.format('"first"'))
    assert invoke("export", "--bank", str(tmp_path))[0] == 0
    questions = read_questions(
        parse((tmp_path / "moodle" / "questions.en.xml").read_text(encoding="utf-8")), "quiz"
    )
    assert [question.idnumber for question in questions] == ["first"]


def test_a_question_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(BANK.format('"first"'))
    (tmp_path / "questions" / "first").mkdir(parents=True)
    code, output = invoke("new", "first", "--bank", str(tmp_path))
    assert code == 1
    assert output.startswith("Error: ")


def computing(tmp_path: Path, answer: str) -> CodeRunnerQuestion:
    """A question whose second test does not say what it expects."""
    folder = tmp_path / "questions" / "first"
    folder.mkdir(parents=True)
    (tmp_path / "bank.toml").write_text(BANK.format('"first"'))
    (folder / "question.toml").write_text(
        'type = "coderunner"\nname = "n"\nquestion_type = "python3"\n'
        '[[test]]\ncode = "print(x)"\nexpected = "1"\n[[test]]\ncode = "print(x + 1)"\n'
    )
    for name in ("statement.en.md", "feedback.en.md", "preload.py"):
        (folder / name).write_text("")
    (folder / "answer.py").write_text(answer)
    xml = quiz_xml(load_bank(tmp_path, computing=True), Language.EN).decode()
    (question,) = read_questions(parse(xml), "quiz")
    assert isinstance(question, CodeRunnerQuestion)
    return question


def test_outputs_are_computed_and_then_expected(
    tmp_path: Path, python_jobe: PythonJobe, python3: dict[str, CodeRunnerQuestion]
) -> None:
    question = computing(tmp_path, "x = 1")
    file = tmp_path / "questions" / "first" / "expected.2.txt"
    compute(question, python3, python_jobe, {2: file})
    assert file.read_text() == "2\n"
    (entry,) = load_bank(tmp_path).entries()
    assert [test.expected for test in entry.spec.test] == ["1", "2"]  # type: ignore[union-attr]  # a program


def test_nothing_is_written_when_the_answer_fails(
    tmp_path: Path, python_jobe: PythonJobe, python3: dict[str, CodeRunnerQuestion]
) -> None:
    question = computing(tmp_path, "x = 1 / 0")
    file = tmp_path / "questions" / "first" / "expected.2.txt"
    with pytest.raises(ComputeError, match=r"test 2 of n: .*Run error"):
        compute(question, python3, python_jobe, {2: file})
    assert not file.exists()


def test_only_a_program_of_the_bank_is_computed() -> None:
    code, output = invoke("compute", "reshape")
    assert (code, output) == (1, "Error: the bank has no CodeRunner question reshape\n")
