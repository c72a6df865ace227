"""``GET /``: one page for the operator, to read only."""

from __future__ import annotations

from importlib.metadata import version

from flask import Response
from jinja2 import Environment

from jobe_torch.files.store import FileStore
from jobe_torch.http.cells import Cells
from jobe_torch.pool.status import SlotState

__all__ = ["StatusPage"]

_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>jobe-torch</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  color-scheme: light dark; }
div { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; }
th, td { border-bottom: 1px solid #8888; padding: .3rem .6rem; text-align: left;
  vertical-align: top; }
td:first-child, .number { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.ready { color: #087f3f; } .busy, .warming { color: #9a6700; } .failed { color: #c62828; }
</style>
</head>
<body>
<h1>jobe-torch {{ version }}</h1>
<p>{% if status.draining %}The server is ending.{% elif status.serving %}Runs are taken.\
{% elif warming %}The cells are warming up.{% else %}
<strong>No cell can take a run.</strong>{% endif +%}
{{ status.waiting }} of {{ status.line_length }} places in the line are taken.
{{ files.count }} files take {{ (files.used_bytes / 1048576) | round(1) }} MiB.</p>
<div><table>
<tr><th>Cell</th><th>State</th><th class="number">Runs</th><th>Jail</th><th>Python</th>
<th>Modules</th><th class="number">Memory</th></tr>
{% for slot in status.slots %}
<tr><td>{{ slot.cell or slot.number }}{% if slot.gpu %} (GPU){% endif %}</td>
<td class="{{ slot.state.value }}">{{ slot.state.value }}{% if slot.error %}: {{ slot.error }}\
{% endif %}</td>
<td class="number">{{ slot.runs }}</td>
{% if slot.ready %}
<td>{{ slot.ready.jail }}</td><td>{{ slot.ready.python }}</td>
<td>{% for name, release in slot.ready.modules.items() %}{{ name }} {{ release }}\
{{ ", " if not loop.last }}{% endfor %}</td>
<td class="number">{{ slot.ready.memory_bytes // 1048576 }} MiB</td>
{% else %}
<td colspan="4"></td>
{% endif %}
</tr>
{% endfor %}
</table></div>
<p>Since the start: {{ status.cells_started }} cells started, {{ status.cells_lost }} lost,
{{ status.start_failures }} failed to start.</p>
</body>
</html>
""")


class StatusPage:
    """Shows the cells, the line and the files."""

    def __init__(self, cells: Cells, files: FileStore) -> None:
        self._cells = cells
        self._files = files

    def get(self) -> Response:
        """Answer ``GET /``."""
        status = self._cells.status()
        page = _PAGE.render(
            version=version("jobe-torch"),
            status=status,
            warming=status.count(SlotState.WARMING),
            files=self._files,
        )
        return Response(page, content_type="text/html; charset=UTF-8")
