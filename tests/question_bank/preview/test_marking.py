"""Marks on the page are those that Moodle would give."""

import pytest

from question_bank.client import JobeClient
from question_bank.load import load_bank
from question_bank.preview.cards import Card, sections
from question_bank.preview.marking import Answered, mark
from question_bank.question_types import types_of
from question_bank.spec import Language

BANK = load_bank()
CARDS = [card for section in sections(BANK, Language.EN) for card in section.cards]
NOWHERE = JobeClient("http://127.0.0.1:9")


def marked(number: int, answered: Answered) -> float | None:
    return mark(CARDS[number - 1], answered, {}, NOWHERE).fraction


@pytest.mark.parametrize(
    ("number", "chosen", "fraction"),
    [
        pytest.param(1, {0, 2}, 1, id="all that is right"),
        pytest.param(1, {0}, 0.5, id="half of it"),
        pytest.param(1, {0, 1, 2}, 0, id="everything"),
        pytest.param(1, {1}, 0, id="wrong earns no less than nothing"),
        pytest.param(1, set(), 0, id="nothing"),
        pytest.param(1, {0, 2, 9}, 1, id="an option that is not there"),
        pytest.param(4, {1}, 1, id="one right"),
        pytest.param(4, {0}, 0, id="one wrong"),
    ],
)
def test_a_choice_earns_its_percentages(number: int, chosen: set[int], fraction: float) -> None:
    assert marked(number, Answered(chosen=frozenset(chosen))) == fraction


def test_options_that_were_chosen_say_why() -> None:
    notes = mark(CARDS[0], Answered(chosen=frozenset({1, 2})), {}, NOWHERE).notes
    assert [(note.at, note.right) for note in notes] == [(1, False), (2, True)]
    assert notes[0].feedback.startswith("No: an object is a picture together with its label")


def test_stems_weigh_the_same() -> None:
    right = [option.answer for option in CARDS[1].options]
    assert marked(2, Answered(matched=tuple(right))) == 1
    assert marked(2, Answered(matched=(*right[:3], right[0], "", "", ""))) == 3 / 7
    assert marked(2, Answered(matched=tuple(right[1:] + right[:1]))) == 0
    assert marked(2, Answered()) == 0


def test_the_order_of_answers_tells_nothing() -> None:
    assert CARDS[1].answers != [option.answer for option in CARDS[1].options]
    assert set(CARDS[1].answers) == {option.answer for option in CARDS[1].options}


def test_a_program_that_was_not_run_is_not_marked() -> None:
    result = mark(CARDS[4], Answered(program="x"), types_of(BANK), NOWHERE)
    assert result.fraction is None
    assert result.grade is not None
    assert "Jobe server request failed" in result.grade.message


@pytest.mark.cell
@pytest.mark.parametrize("number", [5, 6])
def test_a_program_is_graded_by_the_server(number: int, server_url: str) -> None:
    program = CARDS[number - 1].program
    assert program is not None
    jobe, types = JobeClient(server_url), types_of(BANK)
    for text, fraction in ((program.answer, 1), (program.preload, 0)):
        assert mark(CARDS[number - 1], Answered(program=text), types, jobe).fraction == fraction


def card(number: int) -> Card:
    return CARDS[number - 1]


@pytest.mark.parametrize(
    ("number", "labels"),
    [(1, ["a.", "b.", "c."]), (3, ["1.", "2.", "3."]), (2, [""] * 7)],
    ids=["letters", "numbers", "stems have none"],
)
def test_options_are_numbered_as_in_moodle(number: int, labels: list[str]) -> None:
    assert [option.label for option in card(number).options] == labels
