"""Read the bank's sources: folders of questions, prototypes and support files."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from question_bank.authoring import AuthoringError, line_of, read_text, read_toml
from question_bank.model import (
    Bank,
    Category,
    CategorySpec,
    ChoiceSpec,
    CodeRunnerSpec,
    Entry,
    Local,
    MatchingSpec,
    Prototype,
    PrototypeSpec,
    SupportFile,
)
from question_bank.render import emoticon_in, html
from question_bank.rules import emoticon_fault, faults

__all__ = ["BANK", "BankError", "load_bank", "load_prototypes"]

BANK = Path(__file__).parent
"""Where this bank's sources lie."""


class BankError(Exception):
    """Every mistake found in the sources, one a line."""

    def __init__(self, errors: list[AuthoringError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


class _QuestionFile(Struct, frozen=True):
    """Wraps the union, since a TOML file's schema has to be one struct."""

    question: ChoiceSpec | MatchingSpec | CodeRunnerSpec


class _BankFile(Struct, frozen=True, forbid_unknown_fields=True):
    question_types: CategorySpec
    category: tuple[CategorySpec, ...]


def load_bank(root: Path = BANK) -> Bank:
    """Read all sources below a bank's folder.

    Raises:
        BankError: Sources that Moodle would refuse or garble, each with file, line, remedy.
    """
    try:
        bank_file = read_toml(root / "bank.toml", _BankFile)
        prototypes = load_prototypes(root)
    except AuthoringError as error:
        raise BankError([error]) from None
    errors: list[AuthoringError] = []
    categories = []
    idnumbers: dict[str, Path] = {}
    types = frozenset(prototype.name for prototype in prototypes)
    for spec in bank_file.category:
        entries = []
        for name in spec.questions:
            try:
                entry = _load_entry(root, name, types)
            except AuthoringError as error:
                errors.append(error)
                continue
            entries.append(entry)
            other = idnumbers.setdefault(entry.spec.idnumber, entry.folder)
            if other != entry.folder:
                errors.append(
                    _fault(
                        entry.folder,
                        ["idnumber"],
                        f"{other.name} has this idnumber too",
                        "Choose another: Moodle silently drops the second.",
                    )
                )
        categories.append(Category(spec=spec, entries=tuple(entries)))
    if errors:
        raise BankError(errors)
    return Bank(tuple(categories), prototypes, bank_file.question_types)


def load_prototypes(root: Path = BANK) -> tuple[Prototype, ...]:
    """Every question type below a bank's folder, by name.

    Raises:
        AuthoringError: One of them is incomplete.
    """
    prototypes = []
    for file in sorted((root / "prototypes").glob("*/prototype.toml")):
        spec = read_toml(file, PrototypeSpec)
        template = read_text(file.parent / "template.twig") + "\n"
        files = tuple(_support_file(root, file.parent, name, file) for name in spec.files)
        about = Local(ru="", en="") if spec.built_in else _local(file.parent, "help")
        prototypes.append(Prototype(file.parent.name, spec, about, template, files))
    return tuple(prototypes)


def _load_entry(root: Path, name: str, types: frozenset[str]) -> Entry:
    folder = root / "questions" / name
    file = folder / "question.toml"
    spec = read_toml(file, _QuestionFile, under="question").question
    for fault in faults(spec, types):
        raise _fault(folder, list(fault.path), fault.problem, fault.remedy)
    statement = _local(folder, "statement")
    feedback = _local(folder, "feedback")
    if not isinstance(spec, CodeRunnerSpec):
        return Entry(folder, spec, statement, feedback)
    return Entry(
        folder,
        spec,
        statement,
        feedback,
        preload=read_text(folder / "preload.py"),
        answer=read_text(folder / "answer.py"),
        files=tuple(_support_file(root, folder, name, file) for name in spec.files),
    )


def _local(folder: Path, stem: str) -> Local:
    return Local(ru=_markdown(folder / f"{stem}.ru.md"), en=_markdown(folder / f"{stem}.en.md"))


def _markdown(file: Path) -> str:
    text = read_text(file)
    if emoticon := emoticon_in(html(text)):
        line = next(
            (number for number, line in enumerate(text.split("\n"), 1) if emoticon in line), 1
        )
        raise AuthoringError(file, line, *emoticon_fault(emoticon))
    return text


def _support_file(root: Path, folder: Path, name: str, toml: Path) -> SupportFile:
    """A support file of a folder's own, or one that the bank's questions share."""
    for place in (folder, root / "support"):
        if (place / name).is_file():
            return SupportFile(name, (place / name).read_bytes())
    line = line_of(toml.read_text(encoding="utf-8"), ["files"])
    remedy = f"Put it into {folder.name}/ or support/."
    raise AuthoringError(toml, line, f"there is no support file {name}", remedy)


def _fault(folder: Path, path: list[str | int], problem: str, remedy: str) -> AuthoringError:
    file = folder / "question.toml"
    return AuthoringError(file, line_of(file.read_text(encoding="utf-8"), path), problem, remedy)
