"""The access keys of the settings, and ``jobe-torch keys``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from jobe_torch.cli.options import settings_of_environment
from jobe_torch.config import Settings
from jobe_torch.http.keys import BadKeys, Key, digest, new_key, read_keys, write_keys
from jobe_torch.languages.registry import LANGUAGES

__all__ = ["keys", "keys_of"]

_LOAD = "A running server reads the file again on SIGHUP."


def keys_of(settings: Settings) -> tuple[Key, ...] | None:
    """The keys that are accepted; None where none is asked for.

    Raises:
        BadKeys: The file or the list of keys cannot be used.
    """
    if not settings.keys_file and not settings.keys:
        return None
    from_file = read_keys(Path(settings.keys_file)) if settings.keys_file else ()
    return (*from_file, *map(_key, settings.keys))


def _key(pair: str) -> Key:
    name, _, key = pair.partition("=")
    if not key:
        raise BadKeys("a key in the setting `keys` is not NAME=KEY")
    try:
        return msgspec.convert({"name": name, "sha256": digest(key)}, Key)
    except msgspec.ValidationError as error:
        raise BadKeys(f"the setting `keys`: {error}") from error


@click.group()
def keys() -> None:
    """Add, list and revoke the access keys of a file."""


_file = click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Of keys; default: the setting keys_file.",
)


@keys.command()
@click.argument("name")
@click.option("--runs-per-hour", type=click.IntRange(0), default=0, help="0 is no limit.")
@click.option("--share", type=float, default=1.0, help="Of the cells, relative to other keys.")
@click.option(
    "--language", "languages", multiple=True, type=click.Choice([one.id for one in LANGUAGES]),
    help="Repeatable; default: all.",
)  # fmt: skip
@click.option("--gpu", is_flag=True, help="Runs may ask for a GPU.")
@_file
def add(
    *,
    name: str,
    runs_per_hour: int,
    share: float,
    languages: tuple[str, ...],
    gpu: bool,
    file: Path | None,
) -> None:
    """Make a key for NAME and print it, this once. The file has only its hash."""
    path = _path(file)
    present = _read(path) if path.exists() else ()
    if any(one.name == name for one in present):
        raise click.ClickException(f"{path} has a key {name} already")
    key = new_key()
    values = {
        "name": name,
        "sha256": digest(key),
        "runs_per_hour": runs_per_hour,
        "share": share,
        "languages": languages,
        "gpu": gpu,
    }
    try:
        made = msgspec.convert(values, Key)
    except msgspec.ValidationError as error:
        raise click.UsageError(str(error)) from error
    _write(path, (*present, made))
    click.echo(key)
    click.echo(_LOAD, err=True)


@keys.command(name="list")
@_file
def list_(*, file: Path | None) -> None:
    """Show whose keys there are, and what each may do."""
    for one in _read(_path(file)):
        rate = f"{one.runs_per_hour} runs an hour" if one.runs_per_hour else "any number of runs"
        languages = " ".join(one.languages) or "all languages"
        gpu = ", GPUs" if one.gpu else ""
        click.echo(f"{one.name}: {rate}, share {one.share:g}, {languages}{gpu}")


@keys.command()
@click.argument("name")
@_file
def revoke(*, name: str, file: Path | None) -> None:
    """Accept the key of NAME no longer."""
    path = _path(file)
    present = _read(path)
    left = tuple(one for one in present if one.name != name)
    if len(left) == len(present):
        raise click.ClickException(f"{path} has no key {name}")
    _write(path, left)
    click.echo(_LOAD, err=True)


def _path(file: Path | None) -> Path:
    setting = settings_of_environment().keys_file
    if file is None and not setting:
        raise click.UsageError("which file? give --file, or the setting keys_file")
    return file or Path(setting)


def _write(path: Path, keys: Iterable[Key]) -> None:
    try:
        write_keys(path, keys)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error


def _read(path: Path) -> tuple[Key, ...]:
    try:
        return read_keys(path)
    except BadKeys as error:
        raise click.ClickException(str(error)) from error
