"""The README's example is a bank that works."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from question_bank.__main__ import main
from question_bank.load import BANK, load_bank

FILE = re.compile(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    for name, text in FILE.findall((BANK / "README.md").read_text(encoding="utf-8")):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_example_loads(example: Path) -> None:
    (entry,) = load_bank(example).entries()
    assert entry.answer == "def centre(t):\n    return t - t.mean(dim=0)"


@pytest.mark.cell
def test_the_example_is_proved(example: Path, server_url: str) -> None:
    """Its question type comes from the exported bank, as in a Moodle that has it already."""
    ours = (BANK / "moodle" / "questions.en.xml").read_text(encoding="utf-8")
    (kind,) = re.findall(
        r'<question type="coderunner">(?:(?!</question>).)*PROTOTYPE.*?</question>', ours, re.DOTALL
    )
    assert CliRunner().invoke(main, ["export", "--bank", str(example)]).exit_code == 0
    file = example / "moodle" / "questions.en.xml"
    file.write_text(file.read_text(encoding="utf-8").replace("<quiz>", f"<quiz>{kind}"))
    words = ["check", str(file), "--bank", str(example), "--server", server_url]
    result = CliRunner().invoke(main, words, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", ["new", "export", "check", "compute", "import", "preview"])
def test_every_command_is_told(command: str) -> None:
    assert f"python -m question_bank {command}" in (BANK / "README.md").read_text(encoding="utf-8")
    assert command in CliRunner().invoke(main, ["--help"]).output
