"""A single cell for commands that need no server."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence

import click
import msgspec

from jobe_torch.backends.base import BackendError, Cell
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cli.assemble import make_backend
from jobe_torch.cli.waiting import waiting_for
from jobe_torch.config import Settings

__all__ = ["one_cell", "one_cell_for_user"]


@contextlib.contextmanager
def one_cell(settings: Settings, gpus: Sequence[Gpu] = ()) -> Iterator[Cell]:
    """A cell for the time of the context.

    Raises:
        BackendError: It cannot be started, or was lost.
    """
    # Under the server's own name its containers would be taken for orphans.
    alone = f"{settings.docker_name[:20]}-{os.getpid()}"
    backend = make_backend(msgspec.structs.replace(settings, docker_name=alone), gpus)
    try:
        cell = backend.start_cell(0)
        try:
            yield cell
        finally:
            cell.close()
    finally:
        backend.close()


@contextlib.contextmanager
def one_cell_for_user(settings: Settings) -> Iterator[Cell]:
    """The same, for a command: what goes wrong ends it with a message."""
    try:
        with contextlib.ExitStack() as stack:
            with waiting_for("importing torch …"):
                cell = stack.enter_context(one_cell(settings))
            yield cell
    except BackendError as error:
        raise click.ClickException(f"{error} (jobe-torch doctor tells more)") from error
