"""Figures for people, and for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from jobe_torch.bench.figures import Figures

__all__ = ["parts_table", "table", "to_json"]


def table(figures: Sequence[Figures]) -> Table:
    """One row for each measurement."""
    result = Table(
        title=f"{_processor()}, {os.cpu_count()} cores", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    result.add_column("workload", no_wrap=True)
    for column in ("C", "p50 ms", "p95 ms", "p99 ms", "runs/s", "cold ms", "ratio"):
        result.add_column(column, justify="right", no_wrap=True)
    result.add_column("answers", no_wrap=True)
    for one in figures:
        verdicts = ", ".join(f"{count} {name}" for name, count in sorted(one.verdicts.items()))
        result.add_row(
            one.workload,
            str(one.clients),
            f"{one.p50_ms:.1f}",
            f"{one.p95_ms:.1f}",
            f"{one.p99_ms:.1f}",
            f"{one.runs_per_second:.1f}",
            f"{one.cold_p50_ms:.0f}" if one.cold_runs else "",
            f"{one.ratio:.0f}" if one.cold_runs else "",
            verdicts if not one.wrong else f"{verdicts}: {one.wrong} wrong",
            style="red" if one.wrong else "",
        )
    return result


def parts_table(figures: Sequence[Figures]) -> Table | None:
    """Where the time of a run goes; None where no server told it."""
    told = [one for one in figures if one.parts_ms]
    if not told:
        return None
    result = Table(title="p50 of each part, ms", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    result.add_column("workload", no_wrap=True)
    names = list(told[0].parts_ms)
    for column in ("C", *names):
        result.add_column(column, justify="right", no_wrap=True)
    for one in told:
        parts = (f"{one.parts_ms[name]:.1f}" for name in names)
        result.add_row(one.workload, str(one.clients), *parts)
    return result


def to_json(figures: Sequence[Figures], url: str) -> bytes:
    """The figures, and what machine they are of."""
    whole = {
        "server": url,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "load": os.getloadavg()[0],
        },
        "figures": [
            {
                **msgspec.to_builtins(one),
                "runs_per_second": one.runs_per_second,
                "ratio": one.ratio,
            }
            for one in figures
        ],
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
