"""What `scripts/gpu_check.sh` measures of waiting cells on a GPU, and the report it writes."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import click
import msgspec
import pynvml

from jobe_torch.backends.base import Backend, Cell
from jobe_torch.bench.walls import try_walls
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.wire import File, Job, Step
from jobe_torch.cli.assemble import gpus_of, make_backend
from jobe_torch.config import Settings, load
from jobe_torch.http.app import bounds
from jobe_torch.languages.python3 import PYTHON3
from jobe_torch.protocol.limits import Wanted, run_limits

__all__ = ["report"]

_CELLS = 4
_REPEATS = 10
_REST_SECONDS = 5.0
"""A cell has its next context by then."""
_PROGRAM = b"import torch\nprint(torch.ones(2, device='cuda').sum().item())\n"
_LONGEST_MESSAGE = 400
_MOST_LINES = 100
_SUITES = ("attacks", "fidelity", "soak", "programs")
_TESTS = ("tests", "failures", "errors", "skipped")


@click.group()
def main() -> None:
    """Parts of scripts/gpu_check.sh."""


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def spares(file: Path) -> None:
    """Measure what waiting cells take of the first GPU, and what a new context costs."""
    settings = load(environment=os.environ)
    backend = make_backend(settings, [_first_gpu(settings)])
    try:
        file.write_bytes(msgspec.json.encode(_measure(settings, backend)))
    finally:
        backend.close()


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def walls(file: Path) -> None:
    """Tell from which of a cell's walls on CUDA fails, if it does."""
    settings = load(environment=os.environ)
    works = True
    traced = file.with_name("walls-trace.txt")
    traced.unlink(missing_ok=True)
    with file.open("w") as lines:
        for stage in try_walls(settings.cell_python, _first_gpu(settings)):
            click.echo(stage)
            lines.write(f"{stage}\n")
            lines.flush()
            if stage.traced:
                with traced.open("a") as more:
                    more.write("\n".join((stage.name, *stage.traced, "")))
            works &= stage.works
    sys.exit(not works)


def _first_gpu(settings: Settings) -> Gpu:
    for gpu in gpus_of(settings):
        return gpu
    raise click.ClickException("no GPU is there, or none is to be used (JOBE_TORCH_GPUS)")


def _measure(settings: Settings, backend: Backend) -> dict[str, float]:
    began = time.monotonic()
    used = [_used_bytes()]
    cells = []
    for slot in range(_CELLS):
        cells.append(backend.start_cell(slot))
        used.append(_used_bytes())
    ready = (time.monotonic() - began) / _CELLS
    rested, at_once = _run_seconds(settings, cells[0])
    for cell in cells:
        cell.close()
    return {
        "vram_per_spare_mb": (used[-1] - used[0]) / _CELLS / (1 << 20),
        "vram_left_mb": (_used_bytes() - used[0]) / (1 << 20),
        "cell_ready_s": ready,
        "run_after_rest_ms": 1000 * statistics.median(rested),
        "run_at_once_ms": 1000 * statistics.median(at_once),
    }


def _run_seconds(settings: Settings, cell: Cell) -> tuple[list[float], list[float]]:
    """Of runs that find a spare, and of runs that wait for its context."""
    limits = run_limits(Wanted(memory_bytes=0), PYTHON3.defaults, bounds(settings))
    step = Step(("python3", "-BE", "prog.py"), limits)
    job = Job("1", (File("prog.py", _PROGRAM),), b"", None, step, warm=True, source="prog.py")

    def seconds() -> float:
        began = time.monotonic()
        run = cell.run(job).run
        if run is None or run.stdout != b"2.0\n" or run.stderr:
            raise click.ClickException(f"a program on the GPU went wrong: {run}")
        return time.monotonic() - began

    rested, at_once = [], []
    for _ in range(_REPEATS):
        time.sleep(_REST_SECONDS)
        rested.append(seconds())
        at_once.append(seconds())
    return rested, at_once


def _used_bytes() -> int:
    """Of the first GPU's memory, by everybody."""
    try:
        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByIndex(0)
        return int(pynvml.nvmlDeviceGetMemoryInfo(handle).used)
    except pynvml.NVMLError as error:
        raise click.ClickException(f"the NVIDIA driver does not answer: {error}") from error


@main.command(name="report")
@click.argument("folder", type=click.Path(path_type=Path))
def _report(folder: Path) -> None:
    """Print what the files in FOLDER say, for people."""
    click.echo(report(folder))


def report(folder: Path) -> str:
    """The Markdown of a folder that the script has filled; a part that is missing is told of."""
    parts = [
        "# jobe-torch on this machine's GPU",
        _code(folder / "nvidia-smi.txt"),
        _code(folder / "doctor.txt"),
        "## CUDA behind one wall more each time",
        _code(folder / "walls.txt"),
        *_traced(folder / "walls-trace.txt"),
        *(text for suite in _SUITES for file in _files(folder, suite) for text in _tests(file)),
        "## A cell that waits",
        *_spares(folder / "spares.json"),
        "## Runs",
        *_runs(folder),
    ]
    return "\n\n".join(parts)


def _code(file: Path) -> str:
    return f"```text\n{file.read_text().strip()}\n```" if file.exists() else _missing(file)


def _traced(file: Path) -> Iterator[str]:
    """Of what the first stage that fails asked of the machine: what only it did."""
    if file.exists():
        lines = file.read_text().splitlines()
        only = [line for line in lines if not line.startswith("  ")]
        yield "Asked of the machine only where it fails (all: walls-trace.txt):"
        yield "```text\n" + "\n".join(only[-_MOST_LINES:]) + "\n```"


def _missing(file: Path) -> str:
    return f"**{file.name} is missing: that part failed, or was not asked for.**"


def _files(folder: Path, suite: str) -> list[Path]:
    """Of all its runs: a soak can be done by parts."""
    return sorted(folder.glob(f"{suite}*.xml")) or [folder / f"{suite}.xml"]


def _tests(file: Path) -> Iterator[str]:
    yield f"## {file.stem.capitalize()}"
    if not file.exists():
        yield _missing(file)
        return
    suite = ET.parse(file).getroot().find("testsuite")  # noqa: S314 - pytest's own
    if suite is None:
        yield _missing(file)
        return
    yield ", ".join(f"{suite.get(name)} {name}" for name in _TESTS)
    properties = [(one.get("name"), one.get("value")) for one in suite.iter("property")]
    lines = [f"- {name}: {value}" for name, value in properties]
    for case in suite.iter("testcase"):
        for trouble in (*case.iter("failure"), *case.iter("error")):
            said = " ".join(trouble.get("message", "").split())[:_LONGEST_MESSAGE]
            lines.append(f"- **{trouble.tag}**: {case.get('name')}: `{said}`")
    yield "\n".join(lines)


def _spares(file: Path) -> Iterator[str]:
    if not file.exists():
        yield _missing(file)
        return
    found: Mapping[str, float] = msgspec.json.decode(file.read_bytes())
    yield _table(("figure", "value"), [(name, f"{value:.1f}") for name, value in found.items()])


def _runs(folder: Path) -> Iterator[str]:
    rows = []
    files = sorted(folder.glob("bench-*.json"))
    for file in files:
        figures: list[dict[str, Any]] = msgspec.json.decode(file.read_bytes())["figures"]
        for one in figures:
            cold = one["cold_runs"]
            rows.append(
                (
                    one["workload"],
                    file.stem.removeprefix("bench-"),
                    str(one["clients"]),
                    *(f"{one[name]:.1f}" for name in ("p50_ms", "p95_ms", "runs_per_second")),
                    f"{one['cold_p50_ms']:.0f}" if cold else "",
                    f"{one['ratio']:.0f}" if cold else "",
                    str(one["wrong"]),
                )
            )
    if not rows:
        yield _missing(folder / "bench-1.json")
        return
    head = (
        "workload",
        "cells",
        "clients",
        "p50 ms",
        "p95 ms",
        "runs/s",
        "cold ms",
        "ratio",
        "wrong",
    )
    yield _table(head, rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
