"""``jobe-torch bench``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jobe_torch.bench.client import Client
from jobe_torch.bench.cold import ColdProcess
from jobe_torch.bench.figures import Figures
from jobe_torch.bench.measure import Plan, measure
from jobe_torch.bench.plot import to_svg
from jobe_torch.bench.report import parts_table, table, to_json
from jobe_torch.bench.workloads import WORKLOADS, Workload
from jobe_torch.cli.options import settings_of_environment
from jobe_torch.cli.server_process import server_process

__all__ = ["bench"]


@click.command()
@click.argument("url", required=False)
@click.option(
    "-w", "--workload", "names", multiple=True, type=click.Choice(list(WORKLOADS)),
    help="Repeatable; default: all that need no GPU.",
)  # fmt: skip
@click.option(
    "-c", "--clients", "client_counts", multiple=True, type=click.IntRange(1), default=[1],
    show_default=True, help="Clients that submit at one time; repeatable.",
)  # fmt: skip
@click.option("-n", "--runs", type=click.IntRange(1), help="Of each workload; default: its own.")
@click.option("-t", "--seconds", type=click.FloatRange(min=0.1), help="For so long instead.")
@click.option(
    "--pause", type=click.FloatRange(0), default=0.0, metavar="MS",
    help="What each client waits before it submits.",
)  # fmt: skip
@click.option("--cold", is_flag=True, help="Measure the plain process beside it.")
@click.option("--api-key", default="", help="Sent as X-API-KEY.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write figures there.")
@click.option("--svg", "svg_file", type=click.Path(path_type=Path), help="Draw figures there.")
def bench(
    *,
    url: str | None,
    names: tuple[str, ...],
    client_counts: tuple[int, ...],
    runs: int | None,
    seconds: float | None,
    pause: float,
    cold: bool,
    api_key: str,
    json_file: Path | None,
    svg_file: Path | None,
) -> None:
    """Measure a Jobe server, checking every answer. Without URL one is started for it."""
    console = Console()
    settings = settings_of_environment()
    process = ColdProcess(settings.cell_python) if cold else None
    with contextlib.ExitStack() as stack:
        if url is None:
            server = stack.enter_context(server_process(settings.port))
            server.wait_until_warm()
            url = server.url
        client = Client(url, api_key)
        workloads = _present(client, names)
        plans = [Plan(clients, runs, seconds, pause / 1000) for clients in client_counts]
        figures = list(_measure(client, workloads, plans, process, console))
    console.print(table(figures))
    if (parts := parts_table(figures)) is not None:
        console.print(parts)
    for one in figures:
        for note in one.notes:
            console.print(f"{one.workload}: {note}", style="red", markup=False)
    if json_file is not None:
        _write(json_file, to_json(figures, url))
    if svg_file is not None:
        _write(svg_file, to_svg(figures).encode())
    sys.exit(1 if any(one.wrong for one in figures) else 0)


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error


def _present(client: Client, names: Iterable[str]) -> list[Workload]:
    """The workloads that are asked for, of those that the server has a language for.

    Those that need a GPU must be asked for by name.
    """
    try:
        languages = client.languages()
    except OSError as error:
        raise click.ClickException(f"no Jobe server answers: {error}") from error
    wanted = [WORKLOADS[name] for name in names] or [w for w in WORKLOADS.values() if not w.gpu]
    return [workload for workload in wanted if workload.language in languages]


def _measure(
    client: Client,
    workloads: list[Workload],
    plans: list[Plan],
    cold: ColdProcess | None,
    console: Console,
) -> Iterator[Figures]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        for workload in workloads:
            for plan in plans:
                total = None if plan.seconds else plan.runs or workload.runs
                name = f"{workload.name}, {plan.clients} clients"
                task = progress.add_task(name, total=total)
                yield measure(
                    client,
                    workload,
                    plan,
                    cold=cold if cold and cold.can_run(workload) and plan.clients == 1 else None,
                    progress=lambda task=task: progress.advance(task),  # type: ignore[misc] # mypy cannot infer it
                )
                progress.remove_task(task)
