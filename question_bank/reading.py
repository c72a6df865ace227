"""What Moodle stores when it imports a question, as a value that can be compared.

Two elements with the same reading are the same question after an import
(reference B1 to B3, B5, C): absent elements count as their defaults, numbers as
numbers, and nothing that the importer ignores is looked at.
"""

from __future__ import annotations

import base64

from lxml.etree import _Element as Element

from question_bank.elements import content, trim

__all__ = ["ABSENT", "Reading", "parts", "reading"]

Reading = tuple[object, ...]

_COMMON = {"defaultgrade": "1", "penalty": "0.3333333", "idnumber": ""}
_EMPTY = (
    *("coderunnertype", "penaltyregime", "answerpreload", "globalextra", "answer", "sandbox"),
    *("resultcolumns", "template", "iscombinatortemplate", "allowmultiplestdins", "grader"),
    *("testsplitterre", "language", "acelang", "cputimelimitsecs", "memlimitmb"),
    *("sandboxparams", "templateparams", "templateparamsevald", "uiplugin", "uiparameters"),
    *("filenamesregex", "filenamesexplain", "prototypeextra"),
)
_ZERO = (
    *("precheck", "hidecheck", "showsource", "hoisttemplateparams", "twigall", "attachments"),
    *("templateparamsevalpertry", "attachmentsrequired", "maxfilesize", "displayfeedback"),
    "giveupallowed",
)
_ONE = ("allornothing", "useace", "validateonsave", "extractcodefromjson")

ABSENT: dict[str, dict[str, str]] = {
    "coderunner": {
        **_COMMON,
        **dict.fromkeys(_EMPTY, ""),
        **dict.fromkeys(_ZERO, "0"),
        **dict.fromkeys(_ONE, "1"),
        "answerboxlines": "15",
        "answerboxcolumns": "90",
        "templateparamslang": "twig",
    },
    "multichoice": {
        **_COMMON,
        "single": "true",
        "shuffleanswers": "false",
        "answernumbering": "abc",
        "showstandardinstruction": "1",
    },
    "matching": {**_COMMON, "shuffleanswers": "1"},
    "category": {"idnumber": ""},
}
"""What stands for an element that is missing, by the type of the question."""

_TRUTHS = {"single", "shuffleanswers"}
_NUMBERS = {"defaultgrade", "penalty", "mark", "fraction"}
_TEXTS = {
    *("questiontext", "generalfeedback", "feedback", "info"),
    *("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"),
}
_FORMATTED = {"answer", "subquestion", "hint"}
_TEST_ATTRIBUTES = {"testtype": "0", "useasexample": "0", "hiderestiffail": "0", "mark": "1"}


def reading(question: Element) -> Reading:
    """A question as Moodle's importer reads it."""
    return (kind_of(question), *sorted(parts(question).items(), key=lambda part: part[0]))


def kind_of(question: Element) -> str:
    """A question's type under its one name."""
    kind = question.get("type", "")
    return "matching" if kind == "match" else kind


def parts(question: Element) -> dict[str, Reading]:
    """What Moodle reads from the children of a question, by their name."""
    kind = kind_of(question)
    program = kind == "coderunner"
    found: dict[str, Reading] = {}
    for child in question.iterchildren("*"):
        name = str(child.tag)
        if name == "hidden" or (program and name == "hint") or _says_nothing(child):
            continue
        exact = program and (name == "testcases" or child.find("text") is None)
        found[name] = (*found.get(name, ()), _element(child, exact=exact, program=program))
    for name, value in ABSENT.get(kind, {}).items():
        found.setdefault(name, (((), _value(name, value, exact=True), ()),))
    return found


def _element(element: Element, *, exact: bool, program: bool) -> Reading:
    name = str(element.tag)
    if name == "file":
        data = base64.b64decode(element.text or "")
        return (element.get("name"), element.get("path", "/"), data)
    defaults: dict[str, str] = _TEST_ATTRIBUTES if name == "testcase" else {}
    if name in _TEXTS or (name in _FORMATTED and not program):
        defaults = {"format": "html"}
    attributes = {**defaults, **{str(key): str(value) for key, value in element.attrib.items()}}
    children = [child for child in element.iterchildren("*") if not _says_nothing(child)]
    named = sorted(
        ((str(child.tag), _element(child, exact=exact, program=program)) for child in children),
        key=lambda pair: (pair[0], str(pair[1]) if pair[0] == "file" else ""),
    )
    text = "" if len(element) else _value(name, content(element), exact=exact)
    noted = ((key, _value(key, value, exact=True)) for key, value in sorted(attributes.items()))
    return (tuple(noted), text, tuple(named))


def _says_nothing(element: Element) -> bool:
    """A text that is empty counts as an absent one (but a test's texts always count)."""
    written = trim(content(element.find("text")))
    return element.tag in _TEXTS and not written and element.find("file") is None


def _value(name: str, text: str, *, exact: bool) -> str:
    if name in _TRUTHS:
        return str(trim(text) not in {"false", "", "0"})
    if name in _NUMBERS and trim(text):
        return f"{float(text):.7g}"
    if not trim(text):
        return ""
    return text if exact else trim(text)
