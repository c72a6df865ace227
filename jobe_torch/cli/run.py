"""``jobe-torch run``: one program in a cell, as the server would run it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jobe_torch.cell.wire import Report
from jobe_torch.cli.one_cell import one_cell_for_user
from jobe_torch.cli.options import with_settings
from jobe_torch.config import Settings
from jobe_torch.http.app import bounds
from jobe_torch.languages.base import Language
from jobe_torch.languages.python3 import PYTHON3
from jobe_torch.languages.registry import LANGUAGES
from jobe_torch.protocol.limits import Wanted
from jobe_torch.protocol.parameters import Parameters
from jobe_torch.protocol.run_spec import RunSpec

__all__ = ["run"]

TIMED_OUT = 124
"""The exit status that timeout(1) has for it."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--language",
    "language_id",
    type=click.Choice([language.id for language in LANGUAGES]),
    help="Default: by FILE's suffix, else python3.",
)
@with_settings
def run(
    settings: Settings, *, file: Path, arguments: tuple[str, ...], language_id: str | None
) -> None:
    """Run FILE in a cell with Jobe's limits. Prints and exits as the program does."""
    language = _language(language_id, file)
    spec = RunSpec(
        language_id=language.id,
        source=_text(file.read_bytes(), str(file)),
        source_name=file.name,
        stdin="" if sys.stdin.isatty() else _text(sys.stdin.buffer.read(), "standard input"),
        files=(),
        parameters=Parameters(wanted=Wanted(), run_args=arguments),
        debug=None,
    )
    with one_cell_for_user(settings) as cell:
        report = cell.run(language.plan(spec, (), job_id="run", bounds=bounds(settings)))
    sys.exit(_print(report))


def _language(language_id: str | None, file: Path) -> Language:
    if language_id is None:
        alike = (one for one in LANGUAGES if Path(one.source_name).suffix == file.suffix)
        return next(alike, PYTHON3)
    return next(one for one in LANGUAGES if one.id == language_id)


def _text(data: bytes, whose: str) -> str:
    """What a client could submit: Jobe's protocol takes texts only."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{whose} is not UTF-8") from error


def _print(report: Report) -> int:
    step = report.run or report.compile
    if step is None:
        raise click.ClickException("the cell reported nothing")
    click.echo(step.stdout, nl=False)
    click.echo(step.stderr, nl=False, err=True)
    if step.timed_out:
        click.echo(f"{step.timed_out.value} time limit exceeded", err=True)
        return TIMED_OUT
    if step.out_of_memory:
        click.echo("memory limit exceeded", err=True)
    if step.exit_code is not None:
        return step.exit_code
    return 128 + (step.signal or 0)
