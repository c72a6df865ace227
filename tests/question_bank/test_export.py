"""The exported XML: the committed files, the facts of the six questions, Moodle's rules."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from question_bank.export import quiz_xml
from question_bank.gpu import wants_gpu
from question_bank.load import BANK, load_bank
from question_bank.model import Bank, Entry
from question_bank.read import (
    ChoiceQuestion,
    CodeRunnerQuestion,
    MatchingQuestion,
    read_quiz,
)
from question_bank.spec import Language, Local

BANK_SOURCES = load_bank()
LANGUAGES = pytest.mark.parametrize("language", list(Language), ids=str)


FILES = pytest.mark.parametrize("file", BANK_SOURCES.files())


def committed(language: Language, file: str = "questions") -> Path:
    return BANK / "moodle" / f"{file}.{language}.xml"


def elements(language: Language) -> list[Element]:
    return list(etree.parse(committed(language)).getroot())


def by_type(language: Language, kind: str) -> list[Element]:
    return [element for element in elements(language) if element.get("type") == kind]


@LANGUAGES
@FILES
def test_the_committed_file_is_what_the_sources_export(language: Language, file: str) -> None:
    assert committed(language, file).read_bytes() == quiz_xml(BANK_SOURCES, language, file)


@LANGUAGES
def test_questions_for_a_gpu_are_a_file_of_their_own_without_the_type(language: Language) -> None:
    """Moodle renames a second copy of a type; and not every site has a GPU."""
    questions = read_quiz(committed(language, "gpu"))
    assert [question.idnumber for question in questions] == [
        f"dl-gpu-devices-{language}",
        f"dl-gpu-linear-{language}",
    ]
    assert all(map(wants_gpu, questions))
    assert not any(map(wants_gpu, read_quiz(committed(language))))


@LANGUAGES
def test_the_question_type_comes_first_then_the_six_questions(language: Language) -> None:
    kinds = [element.get("type") for element in elements(language)]
    choices = ["multichoice", "matching", "multichoice", "multichoice"]
    assert kinds == ["category", "coderunner", "category", *choices, "coderunner", "coderunner"]
    paths = [element.findtext("category/text") or "" for element in by_type(language, "category")]
    assert len(set(paths)) == 2
    assert all(path.startswith("$course$/top/") for path in paths)


@LANGUAGES
def test_the_question_type_states_all_that_its_children_inherit(language: Language) -> None:
    prototype = by_type(language, "coderunner")[0]
    stated = {
        "coderunnertype": "python3_torch",
        "prototypetype": "2",
        "iscombinatortemplate": "0",
        "allowmultiplestdins": "0",
        "language": "python3",
        "grader": "EqualityGrader",
        "cputimelimitsecs": "20",
        "memlimitmb": "2000",
        "uiplugin": "ace",
    }
    assert {name: prototype.findtext(name) for name in stated} == stated
    columns = json.loads(prototype.findtext("resultcolumns") or "")
    assert [header for header, _ in columns] == ["Test", "Input", "Expected", "Got"]
    assert "pt_checker.main" in (prototype.findtext("template") or "")
    files = [file.get("name") for file in prototype.iterfind("testcases/file")]
    assert files == ["pt_checker.py", "pt_student.py", "pt_values.py"]
    assert prototype.find("testcases/testcase") is None


@LANGUAGES
def test_idnumbers_are_stable(language: Language) -> None:
    assert [question.idnumber for question in read_quiz(committed(language))][1:] == [
        f"dl-reproducibility-{language}",
        f"dl-reshape-{language}",
        f"dl-devices-{language}",
        f"dl-accuracy-{language}",
        f"dl-linear-forward-{language}",
        f"dl-linear-gradients-{language}",
    ]


@LANGUAGES
def test_every_question_is_worth_one_mark_without_penalty(language: Language) -> None:
    for question in elements(language)[3:]:
        assert question.findtext("defaultgrade") == "1"
        assert question.findtext("penalty") == "0"


@LANGUAGES
def test_choices_carry_the_shares_of_the_question_set(language: Language) -> None:
    questions = read_quiz(committed(language))
    choices = [question for question in questions if isinstance(question, ChoiceQuestion)]
    assert [
        (choice.single, [answer.percent for answer in choice.answers]) for choice in choices
    ] == [(False, [50, -100, 50]), (False, [50, -100, 50]), (True, [0, 100])]
    numberings = [e.findtext("answernumbering") for e in by_type(language, "multichoice")]
    assert numberings == ["abc", "123", "abc"]
    assert {e.findtext("shuffleanswers") for e in by_type(language, "multichoice")} == {"false"}


@LANGUAGES
def test_the_seven_pairs(language: Language) -> None:
    (matching,) = (q for q in read_quiz(committed(language)) if isinstance(q, MatchingQuestion))
    code = re.compile(r'<span class="nolink"><code>(.*)</code></span>')
    pairs = {match[1]: answer for stem, answer in matching.pairs if (match := code.match(stem))}
    assert pairs == {
        "x.reshape(-1, 14, 32, 7).shape": "(1500, 14, 32, 7)",
        "x.shape": "(6000, 28, 28)",
        "x.reshape(-1, 9).shape": "ValueError",
        "x.reshape(len(x[1]), len(x), len(x[2])).shape": "(28, 6000, 28)",
        "x.reshape(-1).shape": "(4704000,)",
        "x.reshape(-1, 1, 1).shape": "(4704000, 1, 1)",
        "x.reshape(-1, 6000).shape": "(784, 6000)",
    }
    assert by_type(language, "matching")[0].findtext("shuffleanswers") == "true"


def programs(language: Language) -> list[CodeRunnerQuestion]:
    questions = read_quiz(committed(language))
    return [
        question
        for question in questions
        if isinstance(question, CodeRunnerQuestion) and not question.is_prototype
    ]


SHOWN = [
    ("print(fc_out == fc_out_alternative)", "tensor([[True, True, True]])"),
    (
        (
            "print('fc_weight_grad:', weight_grad)\n"
            "print('our_weight_grad:', w.grad)\n"
            "print('fc_bias_grad:', bias_grad)\n"
            "print('out_bias_grad:', b.grad)"
        ),
        (
            "fc_weight_grad: tensor([[10., 20.],\n"
            "        [10., 20.],\n"
            "        [10., 20.]])\n"
            "our_weight_grad: tensor([[10., 20.],\n"
            "        [10., 20.],\n"
            "        [10., 20.]])\n"
            "fc_bias_grad: tensor([[1., 1., 1.]])\n"
            "out_bias_grad: tensor([[1., 1., 1.]])"
        ),
    ),
]


@LANGUAGES
def test_each_program_shows_the_one_test_of_its_page(language: Language) -> None:
    for question, (code, expected) in zip(programs(language), SHOWN, strict=True):
        first, *hidden = question.tests
        assert (first.testcode, first.stdin, first.expected) == (code, "anything", expected)
        assert (first.useasexample, first.display) == (True, "SHOW")
        assert hidden
        assert {(test.useasexample, test.display) for test in hidden} == {(False, "HIDE")}
        assert {test.mark for test in question.tests} == {1.0}


GIVEN = """\
x = torch.tensor([[10., 20.]])

fc = torch.nn.Linear(2, 3)

w = torch.tensor([[11., 12.], [21., 22.], [31., 32]])
fc.weight.data = w

b = torch.tensor([[31., 32., 33.]])
fc.bias.data = b

fc_out = fc(x)
"""


@LANGUAGES
def test_each_program_starts_from_what_its_page_gives(language: Language) -> None:
    forward, gradients = programs(language)
    assert GIVEN in forward.preload
    assert "fc_out_alternative" in forward.preload
    assert GIVEN in gradients.preload
    given = (
        "fc_out_summed = fc_out.sum()\nfc_out_summed.backward()\n\n"
        "weight_grad = fc.weight.grad\nbias_grad = fc.bias.grad\n"
    )
    assert given in gradients.preload


@LANGUAGES
def test_coderunner_elements_are_written_where_moodles_default_would_hurt(
    language: Language,
) -> None:
    wanted = {
        "prototypetype": "0",
        "allornothing": "1",
        "penaltyregime": "0",
        "precheck": "0",
        "hidecheck": "0",
        "templateparamslang": "none",
        "displayfeedback": "1",
        "twigall": "0",
        "validateonsave": "1",
    }
    for question in by_type(language, "coderunner")[1:]:
        assert {name: question.findtext(name) for name in wanted} == wanted
        for test in question.iterfind("testcases/testcase"):
            assert [child.tag for child in test] == [
                *("testcode", "stdin", "expected", "extra", "display"),
            ]
            assert all([grandchild.tag for grandchild in child] == ["text"] for child in test)
            assert set(test.keys()) == {"testtype", "useasexample", "hiderestiffail", "mark"}


@LANGUAGES
def test_no_text_is_escaped_with_entities(language: Language) -> None:
    assert not re.search(
        r"&[a-z]+;", re.sub(r"(?s)<!\[CDATA\[.*?\]\]>", "", committed_text(language))
    )


def committed_text(language: Language) -> str:
    return committed(language).read_text(encoding="utf-8")


def with_statement(bank: Bank, statement: str) -> Bank:
    """The bank reduced to its first question, with another statement."""
    category = bank.categories[0]
    entry: Entry = replace(category.entries[0], statement=Local(ru=statement, en=statement))
    return replace(bank, categories=(replace(category, entries=(entry,)),))


def test_the_end_of_a_cdata_section_within_a_text_survives() -> None:
    xml = quiz_xml(with_statement(BANK_SOURCES, "<pre>a[b[0]]>c &amp; d</pre>"), Language.EN)
    (question,) = etree.fromstring(xml).iterfind("question[@type='multichoice']")
    text = question.findtext("questiontext/text") or ""
    assert text == "<pre>a[b[0]]>c &amp; d</pre>"
