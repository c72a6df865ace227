"""Turn any Moodle XML into folders of sources that export to the same questions.

What the authoring format can say becomes text that an author edits. A child
element which it cannot say goes into ``rest.xml``; a question of another type, or
one whose folder would read differently in Moodle, is kept whole in ``question.xml``.
So nothing is lost, and the export proves it: each folder is read back and compared.
"""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from lxml.etree import _Element as Element

from question_bank.authoring import AuthoringError
from question_bank.elements import content, leaf, parse_file, serialise, trim
from question_bank.export import COURSE, category_xml, question_xml
from question_bank.load import load_entry
from question_bank.reading import ABSENT, kind_of, parts, reading
from question_bank.rules import Rules
from question_bank.sources import WRITERS, write_sources
from question_bank.spec import CategorySpec, Language
from question_bank.toml_text import Value, toml

__all__ = ["Imported", "import_quiz"]

_LONGEST_NAME = 255


@dataclass(slots=True)
class Imported:
    """What became of a file's questions, by their folders.

    Attributes:
        editable: Questions as sources.
        verbatim: Questions kept as XML, with the reason.
    """

    editable: list[str] = field(default_factory=list)
    verbatim: dict[str, str] = field(default_factory=dict)


def import_quiz(file: Path, root: Path, language: Language) -> Imported:
    """Write a new bank.

    Args:
        file: Moodle XML.
        root: The bank's folder, which must not exist yet.
        language: In which language the texts are.

    Raises:
        FileExistsError: The folder exists.
        lxml.etree.XMLSyntaxError: The file is no XML.
    """
    quiz = parse_file(file)
    root.mkdir(parents=True)
    types = sorted({content(element) for element in quiz.iterfind("question/coderunnertype")})
    bank = _Bank(root, language, Rules((language,), frozenset(types)))
    lines = [toml({"languages": [str(language)], "known_types": types})]
    questions: list[str] = []
    heading: dict[str, Value] = {}
    for question in quiz.iterfind("question"):
        if question.get("type") == "category":
            lines += _category_lines(heading, questions)
            heading, questions = _heading(question, language), []
        else:
            questions.append(bank.add(question))
    lines += _category_lines(heading, questions)
    (root / "bank.toml").write_text("\n".join(lines), encoding="utf-8")
    return bank.imported


def _heading(question: Element, language: Language) -> dict[str, Value]:
    """A category's keys: its path and info, or its XML if they do not say it all."""
    path = trim(content(question.find("category/text")))
    info = trim(content(question.find("info/text")))
    spec = CategorySpec(path=path.removeprefix(COURSE), info=info)
    if reading(category_xml(spec, language)) != reading(question):
        return {"xml": serialise(question)}
    return {"path": path.removeprefix(COURSE), "info": info}


def _category_lines(heading: dict[str, Value], questions: list[str]) -> list[str]:
    if not heading and not questions:
        return []
    return ["[[category]]\n" + toml({**heading, "questions": questions})]


class _Bank:
    """The bank that is being written."""

    def __init__(self, root: Path, language: Language, rules: Rules) -> None:
        self._root = root
        self._language = language
        self._rules = rules
        self._idnumbers: set[str] = set()
        self.imported = Imported()

    def add(self, question: Element) -> str:
        """Write one question's folder; returns its name."""
        folder = self._new_folder(question)
        reason = self._try_sources(question, folder)
        if reason:
            shutil.rmtree(folder)
            folder.mkdir()
            self._keep_verbatim(question, folder)
            self.imported.verbatim[folder.name] = reason
        else:
            self.imported.editable.append(folder.name)
        return folder.name

    def _new_folder(self, question: Element) -> Path:
        name = content(question.find("name/text")).lower()
        stem = re.sub(r"[^a-z0-9]+", "_", name).strip("_")[:40] or "question"
        for number in itertools.count(1):
            folder = self._root / "questions" / (stem if number == 1 else f"{stem}_{number}")
            if not folder.exists():
                break
        folder.mkdir(parents=True)
        return folder

    def _try_sources(self, question: Element, folder: Path) -> str:
        """Write sources that export to the same question; else the reason why not."""
        kind = kind_of(question)
        idnumber = trim(content(question.find("idnumber")))
        if idnumber and idnumber in self._idnumbers:
            return f"an earlier question has the idnumber {idnumber} too"
        self._idnumbers.add(idnumber)
        if kind not in WRITERS:
            return f"questions of type {kind} are not written as sources"
        try:
            write_sources(question, folder, self._language)
            ours = self._exported(folder)
            rest = _rest(question, ours)
            if rest:
                (folder / "rest.xml").write_text(rest + "\n", encoding="utf-8", newline="")
                ours = self._exported(folder)
        except (AuthoringError, ValueError) as error:
            return str(error)
        same = reading(ours) == reading(question)
        return "" if same else "Moodle would read the sources differently"

    def _exported(self, folder: Path) -> Element:
        entry = load_entry(self._root, folder, self._rules)
        return question_xml(entry, self._language, entry.spec.idnumber)

    def _keep_verbatim(self, question: Element, folder: Path) -> None:
        name = trim(content(question.find("name/text")))[:_LONGEST_NAME] or folder.name
        head = toml({"type": "verbatim", "name": name})
        (folder / "question.toml").write_text(head, encoding="utf-8")
        xml = serialise(question)
        (folder / "question.xml").write_text(f"{xml}\n", encoding="utf-8", newline="")


def _rest(question: Element, ours: Element) -> str:
    """The elements that have to stand in place of those which our export writes."""
    wanted, written = parts(question), parts(ours)
    kept: list[Element] = []
    for name in sorted(wanted.keys() | written.keys()):
        if wanted.get(name) == written.get(name):
            continue
        found = question.findall(name)
        absent = ABSENT[kind_of(question)]
        if not found and name in absent:
            found = [leaf(etree.Element("rest"), name, absent[name])]
        kept += found
    return "\n".join(serialise(element) for element in kept)
