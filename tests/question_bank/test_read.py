"""XML is read as Moodle's importer reads it, and what is not acted out is refused."""

from pathlib import Path

import pytest

from question_bank.load import BANK
from question_bank.read import CodeRunnerQuestion, XmlError, read_quiz

QUESTION = """\
<quiz><question type="coderunner">
<name><text>n</text></name>
<questiontext format="html"><text>t</text></questiontext>
<idnumber>i</idnumber>
<coderunnertype>python3</coderunnertype><prototypetype>0</prototypetype>
<answer><![CDATA[  a & b
]]></answer>
<testcases><testcase useasexample="1" mark="2">
<testcode><text>print(1)</text></testcode><stdin><text><![CDATA[
]]></text></stdin><expected><text>1</text></expected>
<extra><text/></extra><display><text>SHOW</text></display>
</testcase><file name="a.txt" encoding="base64">aGk=
</file></testcases>
</question></quiz>
"""


@pytest.fixture
def read(tmp_path: Path) -> "Read":
    return Read(tmp_path / "quiz.xml")


class Read:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self, xml: str) -> CodeRunnerQuestion:
        self.file.write_text(xml, encoding="utf-8")
        (question,) = read_quiz(self.file)
        assert isinstance(question, CodeRunnerQuestion)
        return question


def test_a_coderunner_question(read: Read) -> None:
    question = read(QUESTION)
    assert (question.name, question.text, question.idnumber, question.mark) == ("n", "t", "i", 1)
    assert question.answer == "  a & b\n", "coderunner's own elements are not trimmed"
    assert question.all_or_nothing, "absent is 1"
    assert (question.template, question.is_combinator, question.cpu_seconds) == ("", None, None)
    (test,) = question.tests
    assert (test.testcode, test.expected, test.mark, test.useasexample) == (
        "print(1)",
        "1",
        2,
        True,
    )
    assert test.stdin == "", "only white space is nothing"
    assert [(file.name, file.content) for file in question.files] == [("a.txt", b"hi")]


def test_zero_is_not_inherited(read: Read) -> None:
    zero = "<iscombinatortemplate>0</iscombinatortemplate><memlimitmb>0</memlimitmb>"
    question = read(QUESTION.replace("<answer>", f"{zero}<answer>"))
    assert (question.is_combinator, question.memory_mb) == (0, 0)


def test_an_empty_element_is_not_an_absent_one(read: Read) -> None:
    question = read(QUESTION.replace("<answer>", "<allornothing></allornothing><answer>"))
    assert not question.all_or_nothing


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("<prototypetype>0</prototypetype>", "", "prototypetype", id="the trap of B9"),
        pytest.param("<stdin><text>", "<x><text>", "quiz.xml: ", id="not well formed"),
        pytest.param("<extra><text/></extra>", "<extra/>", "no extra with a text", id="no text"),
        pytest.param('"coderunner"', '"essay"', "type essay are not checked", id="another type"),
        pytest.param("<answer>", "<acelang>c,java</acelang><answer>", "acelang", id="a choice"),
        pytest.param('mark="2"', 'mark="two"', "two", id="a mark that is no number"),
    ],
)
def test_refused(read: Read, old: str, new: str, message: str) -> None:
    assert old in QUESTION
    with pytest.raises(XmlError, match=message):
        read(QUESTION.replace(old, new, 1))


def test_another_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<html/>")
    with pytest.raises(XmlError, match="the root element is html"):
        read_quiz(tmp_path / "a.xml")


def test_the_banks_own_files_are_read() -> None:
    assert all(read_quiz(file) for file in (BANK / "moodle").glob("*.xml"))
