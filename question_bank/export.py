"""Write a bank as Moodle XML, a document per language and file (reference parts B and C).

Every element that Moodle's importer would fill with an unwanted default is
written; what a CodeRunner question inherits from its type is left out.
"""

from __future__ import annotations

import json

from lxml import etree
from lxml.etree import _Element as Element

from question_bank.elements import add_images, html_text, leaf, own_file, parse, serialise, text
from question_bank.gpu import GPU_PARAMETERS
from question_bank.model import Bank, Entry, Prototype
from question_bank.render import inline_html
from question_bank.spec import (
    CategorySpec,
    ChoiceSpec,
    CodeRunnerSpec,
    Language,
    Local,
    MatchingSpec,
    Test,
    pick,
)

__all__ = ["COURSE", "category_xml", "question_xml", "quiz_xml", "types_xml"]

COURSE = "$course$/top/"
"""Where a category's path begins."""


def quiz_xml(bank: Bank, language: Language, file: str = "questions") -> bytes:
    """The questions of a bank that belong to one file, in one language, for Moodle's import.

    The question types go into the first file alone: Moodle renames a second copy (B7).
    """
    first = bank.files()[:1] == (file,)
    quiz = types_xml(bank, language) if first else etree.Element("quiz")
    for category in bank.categories:
        if category.spec.file != file:
            continue
        if category.spec.path or category.spec.xml:
            quiz.append(category_xml(category.spec, language))
        for entry in category.entries:
            quiz.append(question_xml(entry, language, bank.idnumber(entry, language)))
    etree.indent(quiz)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{serialise(quiz)}\n".encode()


def types_xml(bank: Bank, language: Language) -> Element:
    """A document of nothing but the bank's own question types."""
    quiz = etree.Element("quiz")
    if bank.prototype_category is not None:
        quiz.append(category_xml(bank.prototype_category, language))
    for prototype in bank.prototypes:
        if not prototype.spec.built_in:
            _prototype(quiz, prototype, language)
    return quiz


def question_xml(entry: Entry, language: Language, idnumber: str) -> Element:
    """One question's element."""
    spec = entry.spec
    kind = str(spec.__struct_config__.tag)
    if kind == "verbatim":
        return parse(entry.rest)
    question = etree.Element("question", type=kind)
    text(question, "name", pick(spec.name, language))
    html_text(question, "questiontext", pick(entry.statement, language), entry.images)
    html_text(question, "generalfeedback", pick(entry.feedback, language), entry.images)
    leaf(question, "defaultgrade", f"{spec.mark:.7g}")
    leaf(question, "penalty", "0")
    if idnumber:
        leaf(question, "idnumber", idnumber)
    if isinstance(spec, CodeRunnerSpec):
        _coderunner(question, entry, spec)
    elif isinstance(spec, ChoiceSpec):
        _choice(question, entry, spec, language)
    elif isinstance(spec, MatchingSpec):
        _matching(question, entry, spec, language)
    _put_rest(question, entry.rest)
    return question


def _put_rest(question: Element, rest: str) -> None:
    """Elements kept from an import stand in place of ours of the same name."""
    kept = parse(f"<rest>{rest}</rest>")
    for name in {element.tag for element in kept}:
        for ours in question.findall(name):
            question.remove(ours)
    question.extend(list(kept))


def category_xml(spec: CategorySpec, language: Language) -> Element:
    """The element that makes a category the target of what follows."""
    if spec.xml:
        return parse(spec.xml)
    question = etree.Element("question", type="category")
    text(question, "category", f"{COURSE}{pick(spec.path, language)}")
    text(question, "info", pick(spec.info, language), format="html")
    return question


def _choice(question: Element, entry: Entry, spec: ChoiceSpec, language: Language) -> None:
    leaf(question, "single", "true" if spec.single else "false")
    leaf(question, "shuffleanswers", "true" if spec.shuffle else "false")
    leaf(question, "answernumbering", spec.numbering)
    leaf(question, "showstandardinstruction", "1")
    _combined_feedback(question)
    for option in spec.option:
        answer = etree.SubElement(
            question, "answer", fraction=f"{option.percent:.7g}", format="html"
        )
        markup = _markup(option.text, spec.format, language)
        leaf(answer, "text", markup)
        add_images(answer, markup, entry.images)
        html_text(answer, "feedback", _markup(option.feedback, spec.format, language), entry.images)


def _matching(question: Element, entry: Entry, spec: MatchingSpec, language: Language) -> None:
    leaf(question, "shuffleanswers", "true" if spec.shuffle else "false")
    _combined_feedback(question)
    for pair in spec.pair:
        markup = _markup(pair.stem, spec.format, language)
        stem = etree.SubElement(question, "subquestion", format="html")
        leaf(stem, "text", markup)
        add_images(stem, markup, entry.images)
        text(stem, "answer", pick(pair.answer, language))


def _markup(value: Local | str, written_in: str, language: Language) -> str:
    chosen = pick(value, language)
    return inline_html(chosen) if written_in == "markdown" else chosen


def _combined_feedback(question: Element) -> None:
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        text(question, name, "", format="html")


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
        ("cputimelimitsecs", _number(spec.cpu_seconds)),
        ("memlimitmb", _number(spec.memory_mb)),
        ("sandboxparams", GPU_PARAMETERS if spec.gpu else ""),
        ("templateparamslang", "none"),
        ("hoisttemplateparams", "1"),
        ("extractcodefromjson", "1"),
        ("twigall", "0"),
        ("displayfeedback", "1"),
        ("giveupallowed", "0"),
    ):
        leaf(question, name, value)
    cases = etree.SubElement(question, "testcases")
    for test in spec.test:
        _test(cases, test)
    for file in entry.files:
        own_file(cases, file)


def _test(cases: Element, test: Test) -> None:
    case = etree.SubElement(
        cases,
        "testcase",
        testtype=str(test.precheck),
        useasexample=str(int(test.shown)),
        hiderestiffail=str(int(test.hide_rest)),
        mark=f"{test.mark:.7f}",
    )
    text(case, "testcode", test.code)
    text(case, "stdin", test.stdin)
    text(case, "expected", test.expected or "")
    text(case, "extra", test.extra)
    text(case, "display", test.display or ("SHOW" if test.shown else "HIDE"))


def _prototype(quiz: Element, prototype: Prototype, language: Language) -> None:
    """A question type: a question that states everything its children inherit (B7)."""
    spec = prototype.spec
    question = etree.SubElement(quiz, "question", type="coderunner")
    text(question, "name", f"PROTOTYPE_{prototype.name}")
    text(question, "questiontext", pick(prototype.help, language), format="html")
    text(question, "generalfeedback", "", format="html")
    for name, value in (
        ("defaultgrade", "1"),
        ("penalty", "0"),
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
        leaf(question, name, value)
    cases = etree.SubElement(question, "testcases")
    for file in prototype.files:
        own_file(cases, file)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
