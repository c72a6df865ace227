"""Which web pages may read an answer, and that caches keep those apart."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from jobe_torch.config import Settings


@pytest.fixture
def settings() -> Settings:
    return Settings(cors_origins=("https://one.example", "https://two.example"))


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://one.example", "https://one.example"),
        ("https://two.example", "https://two.example"),
        ("https://one.example.evil", None),
        ("http://one.example", None),
        ("null", None),
        (None, None),
    ],
)
def test_a_page_may_read_an_answer_if_its_origin_is_named(
    client: FlaskClient, origin: str | None, allowed: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    answer = client.get("/restapi/languages", headers=headers)
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert "Origin" in answer.vary
