"""Every command, path, picture and name in the admin's guides is there, in both languages."""

import re
import shlex
from pathlib import Path

import click
import pytest

from jobe_torch.cli import main as jobe_torch
from question_bank.__main__ import main as question_bank
from question_bank.load import BANK, load_bank
from question_bank.read import read_quiz
from question_bank.spec import Language, pick

ROOT = BANK.parent
DOCS = ROOT / "docs"
GUIDES = pytest.mark.parametrize("guide", [DOCS / f"guide.{language}.md" for language in Language])
MOST_PICTURE_BYTES = 150_000

CLIS = {
    ".venv/bin/python -m question_bank": question_bank,
    ".venv/bin/jobe-torch": jobe_torch,
    "jobe-torch": jobe_torch,
}


def console(text: str) -> list[str]:
    return re.findall(r"^\$ (.*)$", text, re.MULTILINE)


def code(text: str) -> list[str]:
    return re.findall(
        r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    )


def unknown_words(command: click.Command, words: list[str]) -> list[str]:
    """The words of a command line that its parser has no place for."""
    while isinstance(command, click.Group) and words:
        name, *words = words
        if name not in command.commands:
            return [name]
        command = command.commands[name]
    options = {option for parameter in command.params for option in parameter.opts}
    return [word for word in words if word.startswith("-") and word not in options]


def fault(command: str) -> str:
    """What is wrong with a command that a reader would type; empty if nothing."""
    for prefix, cli in CLIS.items():
        if command.startswith(f"{prefix} "):
            words = shlex.split(command.removeprefix(prefix))
            return " ".join(unknown_words(cli, words))
    words = shlex.split(command)
    if words[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        targets = re.findall(r"^([\w./-]+):(?!=)", makefile, re.MULTILINE)
        return " ".join(word for word in words[1:] if word not in targets)
    return "" if words[0] == "curl" and words[1].endswith("/readyz") else command


@GUIDES
def test_every_command_exists(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    commands = console(text) + [each for each in code(text) if each.startswith("jobe-torch ")]
    assert len(commands) >= 5
    assert {command: fault(command) for command in commands if fault(command)} == {}


@pytest.mark.parametrize(
    "command",
    [
        "make nothing",
        ".venv/bin/python -m question_bank prove",
        ".venv/bin/python -m question_bank check --host a",
        "jobe-torch keys burn",
        "curl http://a/health",
        "rm -r /",
    ],
)
def test_a_command_that_does_not_exist_is_found(command: str) -> None:
    assert fault(command)


@GUIDES
def test_every_path_exists(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    paths = [
        each for each in code(text) if each.startswith(("question_bank/", "docs/", "scripts/"))
    ]
    assert len(paths) >= 3
    assert [path for path in paths if not (ROOT / path).exists()] == []
    names = [each for each in code(text) if each.endswith(".xml") and "/" not in each]
    assert [name for name in names if not (BANK / "moodle" / name).exists()] == []


@GUIDES
def test_every_link_leads_somewhere_and_pictures_are_small(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if not (DOCS / link).exists()] == []
    pictures = [DOCS / link for link in links if link.endswith(".png")]
    assert len(pictures) >= 7
    assert [file.name for file in pictures if file.stat().st_size > MOST_PICTURE_BYTES] == []
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in pictures)


def test_no_picture_is_left_over() -> None:
    told = "".join((DOCS / f"guide.{each}.md").read_text(encoding="utf-8") for each in Language)
    assert [file.name for file in (DOCS / "guide").iterdir() if file.name not in told] == []


def test_both_guides_tell_the_same() -> None:
    """Commands, pictures, sections and troubles; each has its own language's files."""

    def skeleton(language: Language) -> tuple[list[str], list[str], int, int]:
        text = (DOCS / f"guide.{language}.md").read_text(encoding="utf-8")
        pictures = re.findall(r"\(guide/([\w-]+)", text)
        return console(text), pictures, text.count("\n## "), text.count("\n| ")

    assert skeleton(Language.EN) == skeleton(Language.RU)


@GUIDES
def test_what_the_import_makes_is_told_truly(guide: Path) -> None:
    language = Language(guide.suffixes[0].removeprefix("."))
    text = guide.read_text(encoding="utf-8")
    bank = load_bank()
    six, gpu = bank.categories
    assert pick(six.spec.path, language).replace("/", " > ") in text
    assert bank.prototype_category is not None
    assert pick(bank.prototype_category.path, language).replace("/", " > ") in text
    assert len(read_quiz(BANK / "moodle" / f"questions.{language}.xml")) == 7
    assert len(gpu.entries) == 2
    (name,) = {entry.spec.question_type for entry in gpu.entries}  # type: ignore[union-attr]  # programs
    assert f"PROTOTYPE_{name}" in text
