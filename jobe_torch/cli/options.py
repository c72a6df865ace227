"""The flags of all settings, for each command that has settings."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from jobe_torch.config import FILE_VARIABLE, BadSetting, Settings, describe, load

__all__ = ["settings_of_environment", "with_settings"]


def with_settings(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for each setting; it gets the `Settings` in force first."""
    descriptions = describe()

    @functools.wraps(function)
    def command(*, settings_file: Path | None, **others: Any) -> None:  # noqa: ANN401 - click's
        given = {one.name: others.pop(one.name) for one in descriptions}
        flags = {name: text for name, text in given.items() if text is not None}
        function(_load(settings_file, flags), **others)

    for one in reversed(descriptions):
        command = click.option(
            f"--{one.name.replace('_', '-')}",
            one.name,
            metavar="VALUE",
            help=f"{one.meaning} [{one.kind}; default {one.default}]".replace("`", ""),
        )(command)
    return click.option(
        "--config",
        "settings_file",
        envvar=FILE_VARIABLE,
        type=click.Path(path_type=Path),
        help=f"A TOML file of settings; {FILE_VARIABLE} names one too.",
    )(command)


def settings_of_environment() -> Settings:
    """The settings in force for a command that has no flags for them."""
    file = os.environ.get(FILE_VARIABLE)
    return _load(Path(file) if file else None, {})


def _load(file: Path | None, flags: dict[str, str]) -> Settings:
    try:
        return load(file=file, environment=os.environ, flags=flags)
    except BadSetting as error:
        raise click.UsageError(str(error)) from error
