"""``jobe-torch languages``."""

from __future__ import annotations

import click

from jobe_torch.cli.one_cell import one_cell_for_user
from jobe_torch.cli.options import with_settings
from jobe_torch.config import Settings
from jobe_torch.http.app import bounds
from jobe_torch.languages.registry import Registry

__all__ = ["languages"]


@click.command()
@with_settings
def languages(settings: Settings) -> None:
    """List the languages that are present in a cell, and their versions."""
    with one_cell_for_user(settings) as cell:
        for name, version in Registry(cell.run, bounds(settings)).versions().items():
            click.echo(f"{name} {version}")
