"""The command ``doctor``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from rich.console import Console

from jobe_torch.cli.doctor.cells import check_cells
from jobe_torch.cli.doctor.finding import Finding, Mark
from jobe_torch.cli.doctor.gpus import check_gpus
from jobe_torch.cli.doctor.host import check_host
from jobe_torch.cli.options import with_settings
from jobe_torch.config import Settings

__all__ = ["doctor"]

COLOURS = {Mark.PASS: "green", Mark.CAUTION: "yellow", Mark.FAIL: "red", Mark.SKIPPED: "dim"}


@click.command()
@with_settings
def doctor(settings: Settings) -> None:
    """Check what a server with these settings needs here. The status is 1 if it cannot serve."""
    console = Console(soft_wrap=True, highlight=False)
    failed = False
    for finding in _findings(settings):
        failed = failed or finding.mark is Mark.FAIL
        colour = COLOURS[finding.mark]
        console.print(f"[{colour}]{finding.mark.value:<8}[/] [bold]{finding.what}[/]:", end=" ")
        console.print(finding.detail, markup=False)
        if finding.repair:
            console.print(f"         [cyan]{finding.repair}[/]")
    sys.exit(1 if failed else 0)


def _findings(settings: Settings) -> Iterator[Finding]:
    yield from check_host(settings)
    yield from check_cells(settings)
    yield from check_gpus(settings)
