"""Spoiled answers: what may be spoiled, and that nothing else changes."""

import pytest

from question_bank.mutants import mutants, same_program


def changes(answer: str, given: str = "") -> list[str]:
    return [mutant.change for mutant in mutants(answer, given)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            "a @ b", ["a @ b → pass", "a @ b → a * b", "a @ b → a", "a @ b → b"], id="operator"
        ),
        pytest.param("-a", ["-a → pass", "-a → a"], id="sign"),
        pytest.param("a < b", ["a < b → pass", "a < b → a <= b"], id="comparison"),
        pytest.param("w.T", ["w.T → pass", "w.T → w"], id="transpose"),
        pytest.param(
            "a.sum()", ["a.sum() → pass", "a.sum() → a.mean()", "a.sum() → a"], id="method"
        ),
        pytest.param("f(True)", ["f(True) → pass", "True → False"], id="truth"),
        pytest.param("7", ["7 → pass", "7 → 8"], id="number"),
        pytest.param("'text'", ["'text' → pass"], id="a text stays"),
        pytest.param("x = = 1", [], id="no Python"),
    ],
)
def test_changes(answer: str, expected: list[str]) -> None:
    assert changes(answer) == expected


def test_what_the_question_gives_stays() -> None:
    assert changes("x  =  1  # given\ny = 2", "x = 1\ny = ...") == ["y = 2 → pass", "2 → 3"]


def test_only_the_place_changes() -> None:
    answer = "'ё'; x = 'ы' + y.T  # ü\n\nz = x\n"
    (mutant,) = (each for each in mutants(answer, "'ё'\nz = x") if each.change == "y.T → y")
    assert mutant.program == "'ё'; x = 'ы' + (y)  # ü\n\nz = x\n"
    assert mutant.line == 1


def test_every_mutant_is_python() -> None:
    answer = "def f(a):\n    if a < 1:\n        return -a ** 2\n    return [a + 1, a.sum(0)]\n"
    made = list(mutants(answer, ""))
    assert len(made) == 15
    for mutant in made:
        compile(mutant.program, "mutant", "exec")
        assert not same_program(mutant.program, answer)


def test_layout_and_comments_make_no_other_program() -> None:
    assert same_program("x = (1)  # one\n", "x=1")
    assert same_program("\ufeffx = 1", "x = 1")
    assert not same_program("x = 1", "x = 2")


def test_what_is_no_python_is_no_mutant_of_anything() -> None:
    assert not same_program("x = 1", "x = = 1")
