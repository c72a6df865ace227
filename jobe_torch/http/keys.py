"""Access keys as they are kept: names and hashes, never the keys."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

__all__ = ["ANYONE", "BadKeys", "Key", "digest", "new_key", "read_keys", "write_keys"]


class BadKeys(Exception):
    """The file of keys cannot be used; the text says why."""


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may use the server, and how much of it."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    """For people and logs."""
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    """Of the key that clients send."""
    runs_per_hour: Annotated[int, Meta(ge=0)] = 0
    """0 is no limit."""
    share: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    """Of the cells, relative to other keys, while several want them."""
    languages: tuple[str, ...] = ()
    """Those it may use; empty where it may use all."""
    gpu: bool = False
    """Whether its runs may ask for a GPU."""

    def allows(self, language_id: str) -> bool:
        """Whether it may use a language."""
        return not self.languages or language_id in self.languages


ANYONE = Key(name="", sha256="", gpu=True)
"""Who uses a server that asks for no key."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    key: tuple[Key, ...] = ()


def new_key() -> str:
    """A key that cannot be guessed, which is why one round of a hash protects it."""
    return secrets.token_hex(16)


def digest(key: str) -> str:
    """What is kept of a key."""
    return sha256(key.encode()).hexdigest()


def read_keys(file: Path) -> tuple[Key, ...]:
    """The keys of a TOML file with a table ``[[key]]`` for each.

    Raises:
        BadKeys: It cannot be read or says something else, or two keys are alike.
    """
    try:
        keys = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File).key
    except OSError as error:
        raise BadKeys(f"{file}: {error.strerror}") from error
    except ValueError as error:  # msgspec's and tomllib's
        raise BadKeys(f"{file}: {error}") from error
    for field in ("name", "sha256"):
        values = [getattr(key, field) for key in keys]
        if len(set(values)) < len(values):
            raise BadKeys(f"{file}: two keys have the same {field}")
    return keys


def write_keys(file: Path, keys: Iterable[Key]) -> None:
    """Replace the file by one with these keys, for its owner's eyes only.

    Raises:
        OSError: It cannot be written.
    """
    text = "".join(_table(key) for key in keys)
    partial = file.with_name(f"{file.name}.new")
    partial.touch(mode=0o600)
    partial.write_text(text, "utf-8")
    partial.replace(file)


def _table(key: Key) -> str:
    # JSON's strings, numbers and arrays are TOML's too.
    fields = msgspec.to_builtins(key)
    lines = (f"{name} = {msgspec.json.encode(value).decode()}\n" for name, value in fields.items())
    return f"[[key]]\n{''.join(lines)}\n"
