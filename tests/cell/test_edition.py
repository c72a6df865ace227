"""A server and an image that would not understand each other say so at the start."""

from __future__ import annotations

import pytest

from jobe_torch.cell import edition


def test_a_server_of_the_same_edition_is_served() -> None:
    edition.check(edition.edition())


def test_another_is_told_how_to_repair_it() -> None:
    with pytest.raises(SystemExit, match="make images"):
        edition.check("another")


def test_all_that_is_spoken_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = edition.edition()
    monkeypatch.setattr(edition, "_SPOKEN", edition._SPOKEN[1:])
    assert edition.edition() != before
