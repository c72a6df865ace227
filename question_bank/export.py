"""Write the bank as Moodle XML, one document per language (reference parts B and C).

Every element that Moodle's importer would fill with an unwanted default is
written; what a CodeRunner question inherits from its type is left out.
"""

from __future__ import annotations

import base64
import json

from lxml import etree
from lxml.etree import _Element as Element

from question_bank.model import (
    Bank,
    CategorySpec,
    ChoiceSpec,
    CodeRunnerSpec,
    Entry,
    Language,
    MatchingSpec,
    Prototype,
    SupportFile,
    Test,
    pick,
)
from question_bank.render import html, inline_html

__all__ = ["quiz_xml"]


def quiz_xml(bank: Bank, language: Language) -> bytes:
    """All questions of a bank in one language, as a file for Moodle's import."""
    quiz = etree.Element("quiz")
    _category(quiz, bank.prototype_category, language)
    for prototype in bank.prototypes:
        if not prototype.spec.built_in:
            _prototype(quiz, prototype, language)
    for category in bank.categories:
        _category(quiz, category.spec, language)
        for entry in category.entries:
            _question(quiz, entry, language)
    etree.indent(quiz)
    return etree.tostring(quiz, encoding="UTF-8", xml_declaration=True) + b"\n"


def _category(quiz: Element, spec: CategorySpec, language: Language) -> None:
    question = etree.SubElement(quiz, "question", type="category")
    _text(question, "category", f"$course$/top/{pick(spec.path, language)}")
    _text(question, "info", pick(spec.info, language), format="html")


def _prototype(quiz: Element, prototype: Prototype, language: Language) -> None:
    """A question type: a question that states everything its children inherit (B7)."""
    spec = prototype.spec
    question = etree.SubElement(quiz, "question", type="coderunner")
    _text(question, "name", f"PROTOTYPE_{prototype.name}")
    _text(question, "questiontext", html(pick(prototype.help, language)), format="html")
    _text(question, "generalfeedback", "", format="html")
    for name, value in (
        ("defaultgrade", "1"),
        ("penalty", "0"),
        ("hidden", "0"),
        ("coderunnertype", prototype.name),
        ("prototypetype", "2"),
        ("allornothing", "1"),
        ("penaltyregime", "0"),
        ("useace", "1"),
        ("resultcolumns", json.dumps(spec.result_columns) if spec.result_columns else ""),
        ("template", prototype.template),
        ("iscombinatortemplate", str(int(spec.combinator))),
        ("allowmultiplestdins", "0"),
        ("validateonsave", "0"),
        ("testsplitterre", spec.splitter),
        ("language", spec.language),
        ("grader", "EqualityGrader"),
        ("cputimelimitsecs", _number(spec.cpu_seconds)),
        ("memlimitmb", _number(spec.memory_mb)),
        ("templateparamslang", "none"),
        ("hoisttemplateparams", "1"),
        ("displayfeedback", "1"),
        ("uiplugin", "ace"),
    ):
        _leaf(question, name, value)
    cases = etree.SubElement(question, "testcases")
    for file in prototype.files:
        _file(cases, file)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _question(quiz: Element, entry: Entry, language: Language) -> None:
    spec = entry.spec
    kind = spec.__struct_config__.tag
    question = etree.SubElement(quiz, "question", type=str(kind))
    _text(question, "name", pick(spec.name, language))
    _text(question, "questiontext", html(pick(entry.statement, language)), format="html")
    _text(question, "generalfeedback", html(pick(entry.feedback, language)), format="html")
    _leaf(question, "defaultgrade", f"{spec.mark:g}")
    _leaf(question, "penalty", "0")
    _leaf(question, "hidden", "0")
    _leaf(question, "idnumber", entry.idnumber(language))
    if isinstance(spec, CodeRunnerSpec):
        _coderunner(question, entry, spec)
    elif isinstance(spec, ChoiceSpec):
        _choice(question, spec, language)
    else:
        _matching(question, spec, language)


def _choice(question: Element, spec: ChoiceSpec, language: Language) -> None:
    _leaf(question, "single", "true" if spec.single else "false")
    _leaf(question, "shuffleanswers", "true" if spec.shuffle else "false")
    _leaf(question, "answernumbering", spec.numbering)
    _leaf(question, "showstandardinstruction", "1")
    _combined_feedback(question)
    for option in spec.option:
        answer = etree.SubElement(
            question, "answer", fraction=f"{option.percent:.7g}", format="html"
        )
        _leaf(answer, "text", inline_html(pick(option.text, language)))
        _text(answer, "feedback", inline_html(pick(option.feedback, language)), format="html")


def _matching(question: Element, spec: MatchingSpec, language: Language) -> None:
    _leaf(question, "shuffleanswers", "true" if spec.shuffle else "false")
    _combined_feedback(question)
    _leaf(question, "shownumcorrect", "")
    for pair in spec.pair:
        stem = etree.SubElement(question, "subquestion", format="html")
        _leaf(stem, "text", inline_html(pick(pair.stem, language)))
        _text(stem, "answer", pick(pair.answer, language))


def _combined_feedback(question: Element) -> None:
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(question, name, "", format="html")


def _coderunner(question: Element, entry: Entry, spec: CodeRunnerSpec) -> None:
    for name, value in (
        ("coderunnertype", spec.question_type),
        ("prototypetype", "0"),
        ("allornothing", "1"),
        ("penaltyregime", "0"),  # falls back to penalty above, which is 0 too (A11)
        ("precheck", "0"),
        ("hidecheck", "0"),
        ("showsource", "0"),
        ("answerboxlines", str(spec.answer_box_lines)),
        ("answerpreload", entry.preload),
        ("answer", entry.answer),
        ("validateonsave", "1"),
        ("templateparamslang", "none"),
        ("hoisttemplateparams", "1"),
        ("extractcodefromjson", "1"),
        ("twigall", "0"),
        ("displayfeedback", "1"),
        ("giveupallowed", "0"),
    ):
        _leaf(question, name, value)
    cases = etree.SubElement(question, "testcases")
    for test in spec.test:
        _test(cases, test)
    for file in entry.files:
        _file(cases, file)


def _test(cases: Element, test: Test) -> None:
    case = etree.SubElement(
        cases,
        "testcase",
        testtype="0",
        useasexample="1" if test.shown else "0",
        hiderestiffail="0",
        mark="1.0000000",
    )
    _text(case, "testcode", test.code.strip("\n"))
    _text(case, "stdin", test.stdin.strip("\n"))
    _text(case, "expected", test.expected.strip("\n"))
    _text(case, "extra", test.extra.strip("\n"))
    _text(case, "display", "SHOW" if test.shown else "HIDE")


def _file(parent: Element, file: SupportFile) -> None:
    element = etree.SubElement(parent, "file", name=file.name, path="/", encoding="base64")
    element.text = base64.b64encode(file.content).decode("ascii")


def _text(parent: Element, name: str, value: str, **attributes: str) -> None:
    _leaf(etree.SubElement(parent, name, attributes), "text", value)


def _leaf(parent: Element, name: str, value: str) -> None:
    """An element with text. CDATA where it is needed: entities lose blanks in Moodle (B1)."""
    element = etree.SubElement(parent, name)
    if set(value) & set("<>&\n"):
        element.text = etree.CDATA(value)
    else:
        element.text = value or None
