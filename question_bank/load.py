"""Read a bank's sources: folders of questions, prototypes and support files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from question_bank.authoring import AuthoringError, line_of, read_text, read_toml
from question_bank.elements import trim
from question_bank.model import Bank, Category, Entry, Prototype, SupportFile
from question_bank.render import emoticon_in, html
from question_bank.rules import BUILT_IN_TYPES, Rules, emoticon_fault
from question_bank.spec import (
    CategorySpec,
    CodeRunnerSpec,
    Language,
    Local,
    PrototypeSpec,
    Spec,
    Test,
    VerbatimSpec,
)

__all__ = ["BANK", "BankError", "load_bank", "load_entry"]

BANK = Path(__file__).parent
"""Where this bank's sources lie."""


class BankError(Exception):
    """Every mistake found in the sources, one a line."""

    def __init__(self, errors: list[AuthoringError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


class _QuestionFile(Struct, frozen=True):
    """Wraps the union, since a TOML file's schema has to be one struct."""

    question: Spec


class _BankFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``bank.toml``; ``known_types`` are question types which the Moodle site has besides."""

    languages: tuple[Language, ...]
    category: tuple[CategorySpec, ...]
    question_types: CategorySpec | None = None
    known_types: tuple[str, ...] = ()


def load_bank(root: Path = BANK, *, computing: bool = False) -> Bank:
    """Read all sources below a bank's folder.

    Args:
        root: The bank's folder.
        computing: Tests need not say what they expect, since it is about to be computed.

    Raises:
        BankError: Sources that Moodle would refuse or garble, each with file, line, remedy.
    """
    try:
        listed = read_toml(root / "bank.toml", _BankFile)
        prototypes = tuple(_prototypes(root, listed.languages))
    except AuthoringError as error:
        raise BankError([error]) from None
    errors: list[AuthoringError] = []
    own_types = {prototype.name for prototype in prototypes}
    rules = Rules(listed.languages, BUILT_IN_TYPES | own_types | {*listed.known_types})
    categories = []
    for spec in listed.category:
        entries = []
        for name in spec.questions:
            try:
                entries.append(
                    load_entry(root, root / "questions" / name, rules, computing=computing)
                )
            except AuthoringError as error:
                errors.append(error)
        categories.append(Category(spec, tuple(entries)))
    bank = Bank(listed.languages, tuple(categories), prototypes, listed.question_types)
    errors += [*_same_idnumbers(bank.entries()), *_unlisted(root, listed.category)]
    if errors:
        raise BankError(errors)
    return bank


def _same_idnumbers(entries: Iterable[Entry]) -> Iterator[AuthoringError]:
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.spec.idnumber, entry)
        if other is not entry and entry.spec.idnumber:
            problem = f"{other.folder.name} has this idnumber too"
            remedy = "Choose another: Moodle silently drops the second."
            yield _fault(entry.folder, ["idnumber"], problem, remedy)


def _unlisted(root: Path, categories: Iterable[CategorySpec]) -> Iterator[AuthoringError]:
    listed = {name for category in categories for name in category.questions}
    for file in sorted((root / "questions").glob("*/question.toml")):
        if (name := file.parent.name) not in listed:
            remedy = f'Add "{name}" to a category in bank.toml.'
            yield AuthoringError(file, 1, "no category has this question", remedy)


def _prototypes(root: Path, languages: tuple[Language, ...]) -> Iterator[Prototype]:
    for file in sorted((root / "prototypes").glob("*/prototype.toml")):
        spec = read_toml(file, PrototypeSpec)
        folder = _Folder(root, file.parent, languages)
        about = Local() if spec.built_in else folder.texts("help")
        template = read_text(file.parent / "template.twig") + "\n"
        yield Prototype(file.parent.name, spec, about, template, folder.files(spec.files, file))


def load_entry(root: Path, folder: Path, rules: Rules, *, computing: bool = False) -> Entry:
    """Read one question's folder; see ``load_bank`` for ``computing``.

    Raises:
        AuthoringError: The first mistake in it.
    """
    toml = folder / "question.toml"
    spec = read_toml(toml, _QuestionFile, under="question").question
    here = _Folder(root, folder, rules.languages)
    if isinstance(spec, CodeRunnerSpec):
        spec = replace(spec, test=tuple(here.tests(spec.test, computing=computing)))
    for fault in rules.faults(spec):
        raise _fault(folder, list(fault.path), fault.problem, fault.remedy)
    if isinstance(spec, VerbatimSpec):
        xml = read_text(folder / "question.xml")
        return Entry(folder=folder, spec=spec, statement=Local(), feedback=Local(), rest=xml)
    program = isinstance(spec, CodeRunnerSpec)
    return Entry(
        folder=folder,
        spec=spec,
        statement=here.texts("statement"),
        feedback=here.texts("feedback"),
        preload=here.program("preload") if program else "",
        answer=here.program("answer") if program else "",
        files=here.files(spec.files, toml) if isinstance(spec, CodeRunnerSpec) else (),
        images=here.images(),
        rest=read_text(folder / "rest.xml") if (folder / "rest.xml").exists() else "",
    )


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder of sources and what may lie in it."""

    root: Path
    folder: Path
    languages: tuple[Language, ...]

    def texts(self, stem: str) -> Local:
        """A text as HTML in every language: ``stem.LANGUAGE.html``, or ``.md`` in Markdown."""
        found = {str(language): self._text(f"{stem}.{language}") for language in self.languages}
        return Local(**found)

    def _text(self, stem: str) -> str:
        ready = self.folder / f"{stem}.html"
        if ready.exists():
            return read_text(ready)
        file = self.folder / f"{stem}.md"
        text = read_text(file)
        if emoticon := emoticon_in(html(text)):
            lines = text.split("\n")
            line = next((number for number, line in enumerate(lines, 1) if emoticon in line), 1)
            raise AuthoringError(file, line, *emoticon_fault(emoticon))
        return html(text)

    def program(self, stem: str) -> str:
        """A program: ``stem.py``, or ``stem.txt`` in another language."""
        other = self.folder / f"{stem}.txt"
        return read_text(other if other.exists() else self.folder / f"{stem}.py")

    def tests(self, tests: Iterable[Test], *, computing: bool) -> Iterator[Test]:
        """Tests without the line break that ends a TOML block; expected output filled in."""
        for number, test in enumerate(tests, start=1):
            exact = {key: _block(getattr(test, key)) for key in ("code", "stdin", "extra")}
            expected = test.expected
            if expected is None and not computing:
                expected = self._computed(number)
            if expected is not None:
                exact["expected"] = _block(expected)
            yield replace(test, **exact)

    def _computed(self, number: int) -> str:
        file = self.folder / f"expected.{number}.txt"
        if not file.exists():
            path: list[str | int] = ["test", number - 1]
            remedy = f"Write it, or run: python -m question_bank compute {self.folder.name}"
            raise _fault(self.folder, path, "this test does not say what it expects", remedy)
        return read_text(file)

    def files(self, names: Iterable[str], toml: Path) -> tuple[SupportFile, ...]:
        """Support files: the folder's own, or those that the bank's questions share."""
        return tuple(self._file(name, toml) for name in names)

    def _file(self, name: str, toml: Path) -> SupportFile:
        for place in (self.folder, self.folder / "files", self.root / "support"):
            if (place / name).is_file():
                return SupportFile(name, (place / name).read_bytes())
        line = line_of(toml.read_text(encoding="utf-8"), ["files"])
        remedy = f"Put it into {self.folder.name}/ or support/."
        raise AuthoringError(toml, line, f"there is no support file {name}", remedy)

    def images(self) -> tuple[SupportFile, ...]:
        """Files for ``@@PLUGINFILE@@`` in texts."""
        files = sorted((self.folder / "images").glob("*"))
        return tuple(SupportFile(file.name, file.read_bytes()) for file in files)


def _block(text: str) -> str:
    """A text without the line break before the quotes that end a TOML block."""
    return text.removesuffix("\n") if trim(text) else text


def _fault(folder: Path, path: list[str | int], problem: str, remedy: str) -> AuthoringError:
    file = folder / "question.toml"
    return AuthoringError(file, line_of(file.read_text(encoding="utf-8"), path), problem, remedy)
