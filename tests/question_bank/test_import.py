"""Moodle XML becomes sources that export to the same questions, whatever it contains."""

import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element

from question_bank.__main__ import main
from question_bank.elements import leaf, own_file, parse, parse_file, serialise, text
from question_bank.export import quiz_xml
from question_bank.import_xml import Imported, import_quiz
from question_bank.load import BANK, load_bank
from question_bank.model import SupportFile
from question_bank.reading import ABSENT, reading
from question_bank.spec import Language

CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc", "Co"), include_characters="\t\n\r"
)
ANY_TEXT = st.text(CHARACTERS, max_size=30)
WORD = st.text("abcdefgh ijk", min_size=1, max_size=12).filter(str.strip)
TOGGLES = ("precheck", "hidecheck", "showsource", "twigall", "allornothing", "useace")
TEXTS = ("penaltyregime", "templateparams", "uiparameters", "globalextra", "template", "grader")


def head(kind: str, name: str, statement: str, feedback: str) -> Element:
    question = etree.Element("question", type=kind)
    text(question, "name", name)
    text(question, "questiontext", statement, format="html")
    text(question, "generalfeedback", feedback, format="html")
    return question


def maybe(draw: st.DrawFn, names: tuple[str, ...]) -> list[str]:
    """Some of the names, each at most once."""
    return draw(st.lists(st.sampled_from(names), unique=True))


@st.composite
def programs(draw: st.DrawFn, *, odd: bool) -> Element:
    """A CodeRunner question; an odd one has what the authoring format refuses."""
    question = head("coderunner", draw(WORD), draw(ANY_TEXT), draw(ANY_TEXT))
    leaf(question, "coderunnertype", draw(st.sampled_from(["python3", "c_function", "own"])))
    leaf(question, "prototypetype", draw(st.sampled_from("012")))
    for name in maybe(draw, TOGGLES):
        leaf(question, name, draw(st.sampled_from(["0", "1", ""])))
    for name in maybe(draw, (*TEXTS, "answer", "answerpreload")):
        leaf(question, name, draw(ANY_TEXT))
    for name in maybe(draw, ("cputimelimitsecs", "memlimitmb", "answerboxlines")):
        leaf(question, name, draw(st.sampled_from(["", "3", "many"] if odd else ["", "3"])))
    cases = etree.SubElement(question, "testcases")
    for _ in range(draw(st.integers(0, 3))):
        case = etree.SubElement(cases, "testcase", useasexample=draw(st.sampled_from("01")))
        for name in maybe(draw, ("hiderestiffail", "testtype")):
            case.set(name, draw(st.sampled_from("01")))
        case.set("mark", draw(st.sampled_from(["1.0000000", "0.5", "2", "0"][: 3 + odd])))
        text(case, "testcode", draw(ANY_TEXT if odd else WORD))
        for name in ("stdin", "expected", "extra"):
            text(case, name, draw(ANY_TEXT))
        text(case, "display", draw(st.sampled_from(["SHOW", "HIDE", "HIDE_IF_FAIL"])))
    for name in maybe(draw, ("a.txt", "b.dat", "c d", "../x")[: 2 + 2 * odd]):
        own_file(cases, SupportFile(name, draw(st.binary(max_size=9))))
    return question


@st.composite
def choices(draw: st.DrawFn, *, odd: bool) -> Element:
    question = head("multichoice", draw(WORD), draw(ANY_TEXT), draw(ANY_TEXT))
    leaf(question, "defaultgrade", draw(st.sampled_from(["1.0000000", "2", "0", "0.3333333"])))
    single = draw(st.booleans())
    leaf(question, "single", draw(st.sampled_from(["true", "1"] if single else ["false", "0"])))
    for name in maybe(draw, ("shuffleanswers", "shownumcorrect", "hint", "layout")):
        leaf(question, name, draw(st.sampled_from(["true", "false", ""])))
    percents = ["100", "-33.33333", "0"] if single else ["33.33333", "66.66667", "-100"]
    for percent in draw(st.lists(st.sampled_from(percents))) if odd else percents:
        answer = etree.SubElement(question, "answer", fraction=percent, format="html")
        leaf(answer, "text", draw(ANY_TEXT if odd else WORD))
        written = draw(st.sampled_from(["html", "markdown"])) if odd else "html"
        text(answer, "feedback", draw(ANY_TEXT), format=written)
    return question


@st.composite
def matchings(draw: st.DrawFn, *, odd: bool) -> Element:
    question = head(draw(st.sampled_from(["matching", "match"])), draw(WORD), "t", draw(ANY_TEXT))
    leaf(question, "idnumber", draw(WORD))
    answers = (
        st.lists(ANY_TEXT if odd else WORD, max_size=5)
        if odd
        else st.lists(WORD.map(str.strip), min_size=3, max_size=5, unique=True)
    )
    for answer in draw(answers):
        stem = etree.SubElement(question, "subquestion", format="html")
        leaf(stem, "text", draw(ANY_TEXT if odd else WORD))
        text(stem, "answer", answer)
    for _ in range(draw(st.integers(0, 1))):
        text(question, "hint", draw(ANY_TEXT), format="html")
    return question


@st.composite
def others(draw: st.DrawFn) -> Element:
    question = head("essay", draw(ANY_TEXT), draw(ANY_TEXT), "")
    leaf(question, "responseformat", draw(WORD))
    return question


@st.composite
def categories(draw: st.DrawFn) -> Element:
    question = etree.Element("question", type="category")
    place = draw(st.sampled_from(["$course$/top/", "$system$/", "top/", ""]))
    text(question, "category", place + draw(WORD))
    if draw(st.booleans()):
        text(question, "info", draw(ANY_TEXT), format=draw(st.sampled_from(["html", "markdown"])))
    if draw(st.booleans()):
        leaf(question, "idnumber", draw(WORD))
    return question


SOUND = st.lists(
    st.one_of(programs(odd=False), choices(odd=False), matchings(odd=False)),
    min_size=1,
    max_size=4,
    unique_by=lambda question: (question.findtext("idnumber") or str(id(question))).strip(),
)
ANY = st.lists(
    st.one_of(programs(odd=True), choices(odd=True), matchings(odd=True), others(), categories()),
    min_size=1,
    max_size=4,
)


def imported_and_exported(xml: str, root: Path) -> tuple[Imported, Element]:
    (root / "quiz.xml").write_text(xml, encoding="utf-8", newline="")
    done = import_quiz(root / "quiz.xml", root / "bank", Language.EN)
    return done, parse(quiz_xml(load_bank(root / "bank"), Language.EN).decode())


def readings(quiz: Element) -> list[object]:
    return [reading(question) for question in quiz.iterfind("question")]


WRITTEN = {
    *("name", "questiontext", "generalfeedback", "defaultgrade", "testcases", "coderunnertype"),
    *("answer", "answerpreload", "subquestion", "single", "answernumbering"),
}
"""Elements that an author edits, so they must not stand in ``rest.xml``."""


def import_all(questions: list[Element]) -> tuple[Imported, set[str]]:
    """Import, and compare what Moodle would read; also the names of what is kept aside."""
    quiz = etree.Element("quiz")
    quiz.extend(questions)
    with tempfile.TemporaryDirectory() as directory:
        done, exported = imported_and_exported(serialise(quiz), Path(directory))
        assert readings(exported) == readings(quiz)
        kept = [parse(f"<r>{file.read_text()}</r>") for file in Path(directory).rglob("rest.xml")]
    return done, {str(element.tag) for rest in kept for element in rest}


@given(SOUND)
@settings(deadline=None, max_examples=100)
def test_sound_questions_become_sources(questions: list[Element]) -> None:
    done, kept = import_all(questions)
    assert (len(done.editable), done.verbatim) == (len(questions), {})
    assert not kept & WRITTEN


@given(ANY)
@settings(deadline=None, max_examples=100)
def test_nothing_is_lost(questions: list[Element]) -> None:
    import_all(questions)


def test_the_banks_own_file_becomes_sources_altogether(tmp_path: Path) -> None:
    file = BANK / "moodle" / "questions.en.xml"
    done, exported = imported_and_exported(file.read_text(encoding="utf-8"), tmp_path)
    assert readings(exported) == readings(parse_file(file))
    assert (len(done.editable), done.verbatim) == (7, {})
    folder = tmp_path / "bank" / "questions" / "5_the_forward_pass_by_hand"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("answer.py", "feedback.en.html", "files", "preload.py", "question.toml"),
        "statement.en.html",
    ]
    ours = BANK / "questions" / "linear_forward" / "answer.py"
    assert (folder / "answer.py").read_text(encoding="utf-8").strip() == ours.read_text().strip()


def test_another_type_is_kept_as_xml(tmp_path: Path) -> None:
    xml = '<quiz><question type="essay"><name><text>Write</text></name></question></quiz>'
    done, _ = imported_and_exported(xml, tmp_path)
    assert done.verbatim == {"write": "questions of type essay are not written as sources"}


def test_what_the_format_cannot_say_is_kept_beside_it(tmp_path: Path) -> None:
    question = head("coderunner", "n", "t", "f")
    leaf(question, "coderunnertype", "python3")
    leaf(question, "prototypetype", "0")
    leaf(question, "templateparams", '{"a": 1}')
    text(etree.SubElement(question, "tags"), "tag", "unit1")
    etree.SubElement(question, "testcases")
    quiz = etree.Element("quiz")
    quiz.append(question)
    done, exported = imported_and_exported(serialise(quiz), tmp_path)
    assert done.editable == ["n"]
    rest = (tmp_path / "bank" / "questions" / "n" / "rest.xml").read_text(encoding="utf-8")
    assert '<templateparams>{"a": 1}</templateparams>' in rest
    assert "<displayfeedback>0</displayfeedback>" in rest, "Moodle's default, not ours"
    assert readings(exported) == readings(quiz)


def test_images_come_along_and_back(tmp_path: Path) -> None:
    question = head("multichoice", "n", '<img src="@@PLUGINFILE@@/a%20b.png">', "")
    own_file(question.findall("questiontext")[0], SupportFile("a b.png", b"PNG"))
    for percent in ("100", "0"):
        answer = etree.SubElement(question, "answer", fraction=percent, format="html")
        leaf(answer, "text", percent)
        text(answer, "feedback", "", format="html")
    quiz = etree.Element("quiz")
    quiz.append(question)
    done, exported = imported_and_exported(serialise(quiz), tmp_path)
    assert done.editable == ["n"]
    assert (tmp_path / "bank" / "questions" / "n" / "images" / "a b.png").read_bytes() == b"PNG"
    assert readings(exported) == readings(quiz)


@pytest.mark.parametrize("kind", ABSENT)
def test_an_absent_element_reads_as_its_default(kind: str) -> None:
    bare = etree.Element("question", type=kind)
    told = etree.Element("question", type=kind)
    for name, value in ABSENT[kind].items():
        leaf(told, name, value)
    assert reading(bare) == reading(told)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<displayfeedback>0</displayfeedback>", "<displayfeedback>1</displayfeedback>"),
        ("<answer> a</answer>", "<answer>a</answer>"),
        ("<answer>a\rb</answer>", "<answer>a\nb</answer>"),
        ("<defaultgrade>1</defaultgrade>", "<defaultgrade>2</defaultgrade>"),
        ("<tags><tag><text>a</text></tag></tags>", ""),
    ],
)
def test_these_read_differently(one: str, other: str) -> None:
    first, second = (parse(f'<question type="coderunner">{xml}</question>') for xml in (one, other))
    assert reading(first) != reading(second)


def invoke(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


def test_the_command_tells_what_it_did(tmp_path: Path) -> None:
    xml, target = str(BANK / "moodle" / "questions.ru.xml"), tmp_path / "new"
    code, output = invoke("import", xml, str(target), "--language", "ru")
    assert (code, output) == (0, f"7 questions written to {target}\n")
    assert "statement.ru.html" in {path.name for path in target.rglob("*.html")}
    assert invoke("export", "--bank", str(target))[0] == 0
    assert (target / "moodle" / "questions.ru.xml").exists()


def test_the_command_overwrites_nothing(tmp_path: Path) -> None:
    code, output = invoke("import", str(BANK / "moodle" / "questions.ru.xml"), str(tmp_path))
    assert (code, output) == (1, f"Error: {tmp_path} exists\n")
