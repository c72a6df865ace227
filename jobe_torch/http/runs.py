"""``POST runs``: from a body to a result."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import structlog
from flask import Response

from jobe_torch.cell.layout import RUN_DIRECTORY
from jobe_torch.cell.wire import File, Report
from jobe_torch.files.store import Content, FileStore
from jobe_torch.http.access import Access, key_of_request, own_file
from jobe_torch.http.answers import to_json
from jobe_torch.http.body import Bodies
from jobe_torch.http.cells import Cells
from jobe_torch.http.client import Client, job_id
from jobe_torch.http.keys import Key
from jobe_torch.http.metrics import Metrics
from jobe_torch.http.record import RunRecord, Usage
from jobe_torch.languages.registry import Registry
from jobe_torch.pool.errors import NoGpu, Overloaded
from jobe_torch.protocol.errors import BadRequest, Forbidden, MissingFile, TooLarge
from jobe_torch.protocol.limits import Bounds
from jobe_torch.protocol.result import OVERLOADED, judge
from jobe_torch.protocol.run_spec import OVERLOAD_HOOK, FileReference, RunSpec, parse_run_spec
from jobe_torch.protocol.verdict import RunResult

__all__ = ["Runs"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Runs:
    """Takes runs. One for the server; safe for many threads."""

    cells: Cells
    files: FileStore
    registry: Registry
    access: Access
    bodies: Bodies
    metrics: Metrics
    bounds: Bounds
    debugging: bool
    """Whether runs are debug runs unless they say otherwise."""

    def post(self) -> Response:
        """Answer ``POST runs``."""
        key = key_of_request()
        self.access.start_run(key)
        try:
            with self.bodies.received() as body:
                result, record = self._answer(body, key)
        except MissingFile:
            self.access.take_back(key)
            raise
        response = to_json(result)
        if record is not None:
            response.headers["Server-Timing"] = record.as_timing()
        return response

    def _answer(self, body: bytes, key: Key) -> tuple[RunResult, RunRecord | None]:
        came = time.monotonic()
        present = self.registry.present()
        known = {one.id: one.parameters for one in present if key.allows(one.id)}
        spec = parse_run_spec(body, known=known, most_cpu_seconds=self.bounds.cpu_seconds)
        if spec.parameters.gpu and not key.gpu:
            raise Forbidden("This API key may not use GPUs")
        contents = self._contents(spec.files)
        if spec.source == OVERLOAD_HOOK:
            return OVERLOADED, None
        language = self.registry.language(spec.language_id)
        files = _support(spec.files, contents)
        job = language.plan(spec, files, job_id=secrets.token_hex(8), bounds=self.bounds)
        waits = [0.0]
        handed_in = time.monotonic()
        try:
            report = self.cells.run(
                job, key=key.name, share=key.share, gone=Client().gone, waited=waits.append
            )
            result, usage, refusal = self._judge(report, spec), Usage.of(report), ""
        except NoGpu as none:
            raise BadRequest(str(none)) from none
        except Overloaded as overloaded:
            result, usage, refusal = OVERLOADED, Usage(), overloaded.reason.value
        answered = time.monotonic()
        record = RunRecord(
            job=job,
            client_job=job_id(),
            key=key.name,
            language=spec.language_id,
            outcome=result.outcome,
            refusal=refusal,
            total_seconds=answered - came,
            wait_seconds=sum(waits),
            cell_seconds=answered - handed_in - sum(waits),
            usage=usage,
        )
        self.metrics.count_run(record)
        _log.info("run", **record.as_log())
        return result, record

    def _judge(self, report: Report, spec: RunSpec) -> RunResult:
        debug = self.debugging if spec.debug is None else spec.debug
        # The directory is gone by now, but it is the one that the program saw.
        run_id = RUN_DIRECTORY if debug else None
        return judge(report, self.registry.language(spec.language_id), run_id=run_id)

    def _contents(self, references: tuple[FileReference, ...]) -> tuple[Content, ...]:
        """What the support files contain. Whoever holds it shares it with other runs.

        Raises:
            MissingFile: One is not here.
            TooLarge: They are more than a run may bring.
        """
        names = [own_file(reference.id) for reference in references]
        sizes = list(map(self.files.size, names))
        if None in sizes:
            raise MissingFile
        if sum(filter(None, sizes)) > self.bounds.support_bytes:
            raise TooLarge(f"The files of a run may have {self.bounds.support_bytes} bytes")
        contents = tuple(filter(None, map(self.files.get, names)))
        if len(contents) < len(references):
            raise MissingFile  # it was dropped just now
        return contents


def _support(
    references: tuple[FileReference, ...], contents: tuple[Content, ...]
) -> tuple[File, ...]:
    """The support files, in the order in which they are written."""
    pairs = zip(references, contents, strict=True)
    return tuple(File(reference.name, content.data) for reference, content in pairs)
