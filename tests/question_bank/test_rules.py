"""Moodle's limits, from both sides."""

import pytest

from question_bank.rules import Rules
from question_bank.spec import ChoiceSpec, CodeRunnerSpec, Language, Option

RULES = Rules((Language.EN,), frozenset({"python3"}))
SHARES = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667),
    *(14.28571, 12.5, 11.11111, 10, 5, 0),
)


def problems(percent: float) -> list[str]:
    """What is wrong with a single choice that also has this share."""
    options = (Option(text="a", percent=100), Option(text="b", percent=percent))
    spec = ChoiceSpec(name="n", single=True, option=options)
    return [fault.problem for fault in RULES.faults(spec)]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("sign", [1, -1])
def test_moodles_own_fractions_are_taken(share: float, sign: int) -> None:
    assert problems(sign * share) == []


@pytest.mark.parametrize("percent", [33.33, 66.6, 15, 1, 99, -33, 11.1])
def test_other_fractions_are_refused(percent: float) -> None:
    assert problems(percent) == [f"Moodle refuses the fraction {percent:g}"]


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("data.txt", True),
        ("a-b_c.1", True),
        ("a b.txt", False),
        ("é.txt", False),
        ("prog.out", False),
        ("__tester__.python3", False),
    ],
)
def test_names_of_support_files(name: str, *, taken: bool) -> None:
    spec = CodeRunnerSpec(name="n", question_type="python3", files=(name,))
    assert (list(RULES.faults(spec)) == []) is taken


@pytest.mark.parametrize(("length", "taken"), [(1, True), (255, True), (0, False), (256, False)])
def test_lengths_of_names(length: int, *, taken: bool) -> None:
    spec = CodeRunnerSpec(name="n" * length, question_type="python3")
    assert (list(RULES.faults(spec)) == []) is taken
