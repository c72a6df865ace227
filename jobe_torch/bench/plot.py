"""The figures as a picture: how long each workload takes, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from jobe_torch.bench.figures import Figures

__all__ = ["to_svg"]

_LEFT, _WIDTH, _ROW, _TOP = 120, 640, 34, 40
_COLOURS = {"p50": "#2f6f4f", "p95": "#9fc8b0", "cold": "#b5533c"}


def to_svg(figures: Sequence[Figures]) -> str:
    """Bars from the p50 to the p95, and a mark for the plain process."""
    return "".join(_parts(figures))


def _parts(figures: Sequence[Figures]) -> Iterator[str]:
    times = [time for one in figures for time in (one.p50_ms, one.p95_ms, one.cold_p50_ms) if time]
    decades = range(math.floor(math.log10(min(times))), math.ceil(math.log10(max(times))) + 1)
    height = _TOP + _ROW * len(figures) + 40
    width = _LEFT + _WIDTH + 40

    def x(milliseconds: float) -> float:
        share = (math.log10(milliseconds) - decades[0]) / max(len(decades) - 1, 1)
        return round(_LEFT + _WIDTH * share, 1)

    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    yield 'font-family="sans-serif" font-size="13">'
    yield f'<rect width="{width}" height="{height}" fill="white"/>'
    for at, (name, colour) in enumerate(_COLOURS.items()):
        yield f'<rect x="{_LEFT + 150 * at}" y="12" width="14" height="14" fill="{colour}"/>'
        words = {"p50": "p50", "p95": "to p95", "cold": "plain process"}[name]
        yield f'<text x="{_LEFT + 150 * at + 20}" y="24">{words}</text>'
    for decade in decades:
        line = x(10**decade)
        yield f'<line x1="{line}" x2="{line}" y1="{_TOP}" y2="{height - 32}" stroke="#ccc"/>'
        yield f'<text x="{line}" y="{height - 14}" text-anchor="middle">{10.0**decade:g} ms</text>'
    for row, one in enumerate(figures):
        y = _TOP + _ROW * row + 8
        name = f"{one.workload}, {one.clients}" if one.clients > 1 else one.workload
        yield f'<text x="{_LEFT - 10}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
        start, middle, end = _LEFT, x(one.p50_ms), x(one.p95_ms)
        yield _bar(start, middle, y, _COLOURS["p50"]) + _bar(middle, end, y, _COLOURS["p95"])
        if one.cold_runs:
            yield _bar(x(one.cold_p50_ms) - 2, x(one.cold_p50_ms) + 2, y, _COLOURS["cold"])
    yield "</svg>\n"


def _bar(start: float, end: float, y: float, colour: str) -> str:
    return f'<rect x="{start}" y="{y}" width="{end - start:.1f}" height="18" fill="{colour}"/>'
