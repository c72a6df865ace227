"""Cleaning and comparison, as PHP does them: every expectation here was measured with PHP 8.2."""

import pytest

from question_bank.grading import clean, equal


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" \t\n\0\v\r\n", "", id="only white space"),
        pytest.param("a", "a\n", id="a final line break is added"),
        pytest.param(
            "a \t\r\0\v\nb\n\n\n", "a\nb\n", id="ends of lines and of the text are trimmed"
        ),
        pytest.param("\n\n  a", "\n\n  a\n", id="what leads is kept"),
        pytest.param("a\n\nb", "a\n\nb\n", id="blank lines within are kept"),
        pytest.param("a\tb\rc\x1bd", "a\\tb\\rc\\x1bd\n", id="control characters are shown"),
        pytest.param("a\x0c", "a\\x0c\n", id="a form feed is no blank"),
        pytest.param("a\x7f\u00a0", "a\x7f\u00a0\n", id="the rest of Unicode is left alone"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        pytest.param("1.0\n", "1", id="a float and an integer"),
        pytest.param("1e3", "1000", id="an exponent"),
        pytest.param("007", "7", id="leading zeros"),
        pytest.param(" 7", "7", id="a leading blank"),
        pytest.param("\n7", "7", id="a leading line break"),
        pytest.param("-0", "0", id="minus zero"),
        pytest.param(".5", "0.50", id="no digit before the point"),
        pytest.param("9007199254740993", "9007199254740993.0", id="as a double, if one is a float"),
        pytest.param("0100", "100", id="leading zeros of a larger integer"),
        pytest.param("09223372036854775807", "9223372036854775807", id="the largest integer"),
        pytest.param("-09223372036854775808", "-9223372036854775808", id="the smallest integer"),
        pytest.param("tensor([1.]) \n\n", "tensor([1.])", id="text is compared when cleaned"),
    ],
)
def test_these_are_equal(got: str, expected: str) -> None:
    assert equal(got, expected)
    assert equal(expected, got)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        pytest.param("1.0 2", "1 2", id="two numbers are text"),
        pytest.param("1.0\n2", "1\n2", id="two lines are text"),
        pytest.param("[1.0]", "[1]", id="a list is text"),
        pytest.param("1", "", id="nothing is no number"),
        pytest.param("\u0661", "1", id="only ASCII digits make a number"),
        pytest.param("0x1A", "26", id="no hexadecimal"),
        pytest.param("1_000", "1000", id="no underscores"),
        pytest.param("9007199254740993", "9007199254740992", id="integers are exact"),
        pytest.param("9223372036854775808", "9223372036854775807", id="beyond 64 bits"),
        pytest.param("09223372036854775808", "9223372036854775808", id="just beyond 64 bits"),
        pytest.param("099999999999999999999", "99999999999999999999", id="too long to be numbers"),
        pytest.param("1e1000", "1e1001", id="infinite"),
        pytest.param("True", "1", id="a word"),
    ],
)
def test_these_differ(got: str, expected: str) -> None:
    assert not equal(got, expected)
    assert not equal(expected, got)
