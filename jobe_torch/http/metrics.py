"""``GET /metrics``, for Prometheus. Labels never name users, questions or keys."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from importlib.metadata import version

from flask import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from jobe_torch.files.store import FileStore
from jobe_torch.http.cells import Cells
from jobe_torch.http.record import RunRecord
from jobe_torch.pool.errors import Refusal
from jobe_torch.pool.status import PoolStatus, SlotState

__all__ = ["Metrics"]

_PREFIX = "jobe_torch"
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)


class Metrics:
    """The figures of one server.

    Those that alarms go by are there from the start, as 0: Prometheus sees no increase in a
    figure that begins with 1.
    """

    def __init__(self, cells: Cells, files: FileStore) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a line for each figure again
        self._registry = CollectorRegistry()
        self._registry.register(_State(cells, files))
        # Without this prefix, as everywhere.
        ProcessCollector(registry=self._registry)
        self._runs = self._counter("runs", "Runs answered.", "language", "outcome")
        self._warm = self._counter("warm_runs", "Runs that a spare took.")
        self._overloads = self._counter("overloads", "Runs not executed.", "reason")
        for reason in Refusal:
            self._overloads.labels(reason.value)
        self._refusals = self._counter("refusals", "Requests answered with an error.", "status")
        for status in (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE):
            self._refusals.labels(str(status.value))
        self._truncated = self._counter("truncated_runs", "Runs that printed past their limit.")
        self._run_seconds = self._histogram("run_seconds", "From body to result.")
        self._wait_seconds = self._histogram("wait_seconds", "In the line for a cell.")
        self._cpu_seconds = self._histogram("cpu_seconds", "Processor time of the steps.")

    def count_run(self, run: RunRecord) -> None:
        """Count a run that was answered with an outcome."""
        self._runs.labels(run.language, run.outcome.name.lower()).inc()
        self._run_seconds.observe(run.total_seconds)
        if run.refusal:
            self._overloads.labels(run.refusal).inc()
            return
        self._wait_seconds.observe(run.wait_seconds)
        self._cpu_seconds.observe(run.usage.cpu_seconds)
        self._warm.inc(run.usage.warm)
        self._truncated.inc(run.usage.dropped_bytes > 0)

    def count_refusal(self, status: int) -> None:
        """Count a request that was answered with an error."""
        self._refusals.labels(str(status)).inc()

    def get(self) -> Response:
        """Answer ``GET /metrics``."""
        return Response(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(f"{_PREFIX}_{name}", text, registry=self._registry, buckets=_BUCKETS)


class _State(Collector):
    """What is read from the pool and the store when somebody asks."""

    def __init__(self, cells: Cells, files: FileStore) -> None:
        self._cells = cells
        self._files = files

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        status = self._cells.status()
        yield _by_state("cells", "Cells by state.", status, gpu=False)
        yield _by_state("gpu_cells", "Cells with a GPU by state.", status, gpu=True)
        yield GaugeMetricFamily(f"{_PREFIX}_waiting", "Runs in the line.", status.waiting)
        yield GaugeMetricFamily(
            f"{_PREFIX}_line_length", "Runs that fit in the line.", status.line_length
        )
        for name, text, value in (
            ("cells_started", "Cells started.", status.cells_started),
            ("cells_lost", "Cells that died, sent nonsense or fell silent.", status.cells_lost),
            ("start_failures", "Cells that could not be started.", status.start_failures),
        ):
            yield CounterMetricFamily(f"{_PREFIX}_{name}", text, value)
        yield GaugeMetricFamily(f"{_PREFIX}_files", "Files kept.", self._files.count)
        yield GaugeMetricFamily(
            f"{_PREFIX}_files_bytes", "What the files take.", self._files.used_bytes
        )
        build = GaugeMetricFamily(f"{_PREFIX}_build_info", "This server.", labels=["version"])
        build.add_metric([version("jobe-torch")], 1)
        yield build


def _by_state(name: str, text: str, status: PoolStatus, *, gpu: bool) -> Metric:
    cells = GaugeMetricFamily(f"{_PREFIX}_{name}", text, labels=["state"])
    for state in SlotState:
        cells.add_metric([state.value], status.count(state, gpu=gpu))
    return cells
