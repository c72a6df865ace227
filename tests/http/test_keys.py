from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jobe_torch.http.keys import BadKeys, Key, digest, new_key, read_keys, write_keys

FULL = Key(
    name="algebra-2026",
    sha256=digest("k1"),
    runs_per_hour=60,
    share=2.5,
    languages=("c", "python3"),
    gpu=True,
)
PLAIN = Key(name="b", sha256=digest("k2"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


def test_keys_come_back(file: Path) -> None:
    write_keys(file, [FULL, PLAIN])
    assert read_keys(file) == (FULL, PLAIN)


def test_no_keys_are_possible(file: Path) -> None:
    write_keys(file, [])
    assert read_keys(file) == ()


def test_the_file_is_for_its_owner_and_holds_no_key(file: Path) -> None:
    key = new_key()
    write_keys(file, [Key(name="a", sha256=digest(key))])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in file.read_text()


def test_keys_cannot_be_guessed() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert {len(key) for key in keys} == {32}


HASH = digest("x")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[key]", "keys.toml"),
        ("[[key]]\nname = 'a'", "sha256"),
        (f"[[key]]\nname = ''\nsha256 = '{HASH}'", "name"),
        (f"[[key]]\nname = 'a\\nb'\nsha256 = '{HASH}'", "name"),
        ("[[key]]\nname = 'a'\nsha256 = 'plain'", "sha256"),
        (f"[[key]]\nname = 'a'\nsha256 = '{HASH}'\nruns_per_hour = -1", "runs_per_hour"),
        (f"[[key]]\nname = 'a'\nsha256 = '{HASH}'\nshare = 0", "share"),
        (f"[[key]]\nname = 'a'\nsha256 = '{HASH}'\nrate = 5", "rate"),
        ("keys = []", "keys"),
        (f"[[key]]\nname = 'a'\nsha256 = '{HASH}'\n" * 2, "same name"),
        (
            f"[[key]]\nname = 'a'\nsha256 = '{HASH}'\n[[key]]\nname = 'b'\nsha256 = '{HASH}'",
            "same sha256",
        ),
    ],
)
def test_a_bad_file_is_refused_with_a_reason(file: Path, text: str, reason: str) -> None:
    file.write_text(text)
    with pytest.raises(BadKeys, match=reason):
        read_keys(file)


def test_an_absent_file_is_refused(file: Path) -> None:
    with pytest.raises(BadKeys, match="No such file"):
        read_keys(file)
