from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobe_torch.protocol.text import clean


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param("é😀\n".encode(), "é😀\n", id="UTF-8"),
        pytest.param(b"a\x00\x01\x1b\x7f", "a\x00\x01\x1b\x7f", id="control characters of UTF-8"),
        pytest.param(b"\xff", "\\xff", id="no UTF-8"),
        pytest.param(
            "é".encode() + b"\xc3", "\\xc3\\xa9\\xc3", id="a cut character spoils the rest"
        ),
        pytest.param(b"\xff\n\r\t\x01\x7f ~", "\\xff\n\r\t\\x01\\x7f ~", id="white space is kept"),
        pytest.param(b"\xed\xa0\x80", "\\xed\\xa0\\x80", id="a surrogate"),
        pytest.param(b"\xc0\xaf", "\\xc0\\xaf", id="an overlong form"),
        pytest.param(b"\xf4\x8f\xbf\xbf", "\U0010ffff", id="the last character"),
        pytest.param(b"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", id="past the last character"),
    ],
)
def test_text_of_output(data: bytes, text: str) -> None:
    assert clean(data) == text


@given(st.text())
def test_valid_text_is_unchanged(text: str) -> None:
    data = text.encode(errors="ignore")
    assert clean(data).encode() == data


@given(st.binary())
def test_invalid_text_becomes_printable_and_can_be_read_back(data: bytes) -> None:
    text = clean(data + b"\xff")
    assert re.fullmatch(r"[ -~\n\r\t]*", text)
    if b"\\" not in data:
        assert text.encode().decode("unicode_escape").encode("latin-1") == data + b"\xff"
