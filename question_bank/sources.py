"""Write the sources of one question, as far as the authoring format can say it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from lxml.etree import _Element as Element

from question_bank.elements import content, trim
from question_bank.reading import kind_of
from question_bank.spec import Language
from question_bank.toml_text import Value, toml

__all__ = ["WRITERS", "write_sources"]


def write_sources(question: Element, folder: Path, language: Language) -> None:
    """Fill a new folder from a question's element.

    Raises:
        ValueError: A number in it is none.
    """
    kind = kind_of(question)
    head: dict[str, Value] = {"type": kind, "name": _text(question, "name")}
    if idnumber := trim(content(question.find("idnumber"))):
        head["idnumber"] = idnumber
    head["mark"] = float(content(question.find("defaultgrade")) or 1)
    more, tables = WRITERS[kind](question, folder)
    lines = [toml({**head, "format": "html", **more}), *tables]
    _write(folder / "question.toml", "\n".join(lines))
    _write(folder / f"statement.{language}.html", _text(question, "questiontext") + "\n")
    _write(folder / f"feedback.{language}.html", _text(question, "generalfeedback") + "\n")
    for image in question.iter("file"):
        if image.getparent() is not question.find("testcases"):
            _write_file(image, folder / "images")


Written = tuple[dict[str, Value], list[str]]


def _coderunner(question: Element, folder: Path) -> Written:
    python = content(question.find("coderunnertype")).startswith("python")
    ending = "py" if python else "txt"
    _write(folder / f"answer.{ending}", content(question.find("answer")) + "\n")
    _write(folder / f"preload.{ending}", content(question.find("answerpreload")) + "\n")
    files = question.findall("testcases/file")
    for file in files:
        _write_file(file, folder / "files")
    more: dict[str, Value] = {"question_type": content(question.find("coderunnertype"))}
    if files:
        more["files"] = [file.get("name", "") for file in files]
    for key, name in (
        ("answer_box_lines", "answerboxlines"),
        ("cpu_seconds", "cputimelimitsecs"),
        ("memory_mb", "memlimitmb"),
    ):
        if value := trim(content(question.find(name))):
            more[key] = int(value)
    return more, [_table("test", _test(case)) for case in question.iterfind("testcases/testcase")]


def _test(case: Element) -> dict[str, Value]:
    shown = case.get("useasexample", "0") != "0"
    test: dict[str, Value] = {"code": _text(case, "testcode"), "expected": _text(case, "expected")}
    test |= {key: value for key in ("stdin", "extra") if (value := _text(case, key))}
    test["shown"] = shown
    display = _text(case, "display") or "SHOW"
    if display != ("SHOW" if shown else "HIDE"):
        test["display"] = display
    if case.get("hiderestiffail", "0") != "0":
        test["hide_rest"] = True
    if case.get("testtype", "0") != "0":
        test["precheck"] = int(case.get("testtype", "0"))
    if float(case.get("mark", 1)) != 1:
        test["mark"] = float(case.get("mark", 1))
    return test


def _multichoice(question: Element, _folder: Path) -> Written:
    single = (
        trim(content(question.find("single"))) if question.find("single") is not None else "true"
    )
    shuffle = trim(content(question.find("shuffleanswers")))
    more: dict[str, Value] = {
        "single": single not in {"false", "", "0"},
        "shuffle": shuffle not in {"false", "", "0"},
        "numbering": trim(content(question.find("answernumbering"))) or "abc",
    }
    return more, [
        _table(
            "option",
            {
                "percent": float(answer.get("fraction", 0)),
                "text": trim(content(answer.find("text"))),
                "feedback": _text(answer, "feedback"),
            },
        )
        for answer in question.iterfind("answer")
    ]


def _matching(question: Element, _folder: Path) -> Written:
    shuffle = question.find("shuffleanswers")
    more: dict[str, Value] = {
        "shuffle": shuffle is None or trim(content(shuffle)) not in {"false", "", "0"}
    }
    return more, [
        _table(
            "pair",
            {"stem": trim(content(stem.find("text"))), "answer": _text(stem, "answer")},
        )
        for stem in question.iterfind("subquestion")
    ]


WRITERS: dict[str, Callable[[Element, Path], Written]] = {
    "coderunner": _coderunner,
    "multichoice": _multichoice,
    "matching": _matching,
}
"""The question types that the authoring format knows."""


def _table(name: str, pairs: dict[str, Value]) -> str:
    return f"[[{name}]]\n{toml(pairs)}"


def _text(parent: Element, name: str) -> str:
    """The ``text`` in an element as Moodle keeps it: a test's exactly, others trimmed."""
    found = content(parent.find(f"{name}/text"))
    exact = parent.tag == "testcase" and name != "display" and trim(found)
    return found if exact else trim(found)


def _write_file(element: Element, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    target = folder / element.get("name", "")
    if target.parent != folder:
        raise ValueError(f"a file is called {element.get('name')}")
    target.write_bytes(base64.b64decode(element.text or ""))


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="")
