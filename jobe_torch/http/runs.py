"""``POST runs``: from a body to a result."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace

import structlog
from flask import Response, request

from jobe_torch.cell.layout import RUN_DIRECTORY
from jobe_torch.cell.wire import File
from jobe_torch.files.store import FileStore
from jobe_torch.http.answers import to_json
from jobe_torch.http.cells import Cells
from jobe_torch.languages.registry import Registry
from jobe_torch.pool.errors import Overloaded
from jobe_torch.protocol.errors import MissingFile, TooLarge
from jobe_torch.protocol.limits import Bounds
from jobe_torch.protocol.result import OVERLOADED, judge
from jobe_torch.protocol.run_spec import OVERLOAD_HOOK, FileReference, RunSpec, parse_run_spec
from jobe_torch.protocol.verdict import RunResult

__all__ = ["Runs"]

_log = structlog.get_logger(__name__)


class Runs:
    """Takes runs. One for the server; safe for many threads."""

    def __init__(
        self, *, cells: Cells, files: FileStore, registry: Registry, bounds: Bounds, debugging: bool
    ) -> None:
        self._cells = cells
        self._files = files
        self._registry = registry
        self._bounds = bounds
        self._debugging = debugging

    def post(self) -> Response:
        """Answer ``POST runs``."""
        try:
            return to_json(self._run(request.get_data(cache=False)))
        except Overloaded as refusal:
            _log.warning("overload", reason=refusal.reason.value, detail=str(refusal))
            return to_json(OVERLOADED)

    def _run(self, body: bytes) -> RunResult:
        spec = parse_run_spec(
            body, known=self._registry.versions(), most_cpu_seconds=self._bounds.cpu_seconds
        )
        files = self._contents(spec.files)
        if spec.source == OVERLOAD_HOOK:
            return OVERLOADED
        language = self._registry.language(spec.language_id)
        job = language.plan(spec, files, job_id=secrets.token_hex(8), bounds=self._bounds)
        result = judge(self._cells.run(job), language)
        return replace(result, run_id=RUN_DIRECTORY) if self._is_debug(spec) else result

    def _is_debug(self, spec: RunSpec) -> bool:
        return self._debugging if spec.debug is None else spec.debug

    def _contents(self, references: Iterable[FileReference]) -> tuple[File, ...]:
        """The support files, in the order in which they are written."""
        references = tuple(references)
        sizes = [self._files.size(reference.id) for reference in references]
        if None in sizes:
            raise MissingFile
        if sum(filter(None, sizes)) > self._bounds.support_bytes:
            raise TooLarge(f"The files of a run may have {self._bounds.support_bytes} bytes")
        return tuple(self._content(reference) for reference in references)

    def _content(self, reference: FileReference) -> File:
        content = self._files.get(reference.id)
        if content is None:
            raise MissingFile
        return File(reference.name, content)
