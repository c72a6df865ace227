"""A single local cell for commands that need no server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import click

from jobe_torch.backends.base import BackendError, Cell
from jobe_torch.cli.assemble import make_backend
from jobe_torch.config import Settings

__all__ = ["one_cell"]


@contextlib.contextmanager
def one_cell(settings: Settings) -> Iterator[Cell]:
    """A cell for the time of the context.

    Raises:
        ClickException: It cannot be started, or was lost.
    """
    try:
        backend = make_backend(settings)
        cell = backend.start_cell(0)
        try:
            yield cell
        finally:
            cell.close()
            backend.close()
    except BackendError as error:
        raise click.ClickException(f"{error} (jobe-torch doctor tells more)") from error
