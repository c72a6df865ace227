"""Who gets a GPU, through HTTP and both pools, and what the others are told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.fake import FakeBackend, FakeCell, Play, report
from jobe_torch.cell.wire import Job, Report
from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.access import Access
from jobe_torch.http.app import bounds, create_app
from jobe_torch.http.keys import Key, digest
from jobe_torch.languages.registry import Registry
from jobe_torch.pool import Pool, Pools
from jobe_torch.pool.status import SlotState

CPU = Key(name="cpu", sha256=digest("CPU"))
GPU = Key(name="gpu", sha256=digest("GPU"), gpu=True)


def play(cell: FakeCell, job: Job) -> Report:
    """Python 3 is the only language; a program prints its cell's name."""
    if job.id.startswith("version-"):
        return report(job, stdout=b"Python 3.11.2" * (job.run.argv[0] == "python3"))
    return report(job, stdout=cell.name.encode())


def no_gpu(_slot: int) -> None:
    raise BackendError("the GPU fell off the bus")


Ask = Callable[..., tuple[int, str]]
Serve = Callable[..., Ask]


@pytest.fixture
def serve(store: FileStore) -> Iterator[Serve]:
    """Makes servers with one cell without a GPU and some with one; returns how to run on it."""
    pools: list[Pools] = []

    def serve(gpu: FakeBackend | None, *, keys: tuple[Key, ...] | None = None, **how: bool) -> Ask:
        settings = Settings(cells=1, wait_seconds=0.2)
        with_gpu = Pool(gpu, settings, gpu_slots=range(1, 3)) if gpu else None
        pools.append(Pools(Pool(FakeBackend(play), settings), with_gpu, **how))
        registry = Registry(pools[-1].run, bounds(settings))
        app = create_app(
            settings, cells=pools[-1], files=store, registry=registry, access=Access(keys)
        )

        def ask(parameters: dict[str, object], key: str = "") -> tuple[int, str]:
            spec = {"language_id": "python3", "sourcecode": "", "parameters": parameters}
            answer = app.test_client().post(
                "/restapi/runs", json={"run_spec": spec}, headers={"X-API-KEY": key}
            )
            result = json.loads(answer.text)
            return answer.status_code, result if isinstance(result, str) else json.dumps(
                [result["outcome"], result["stdout"]]
            )

        return ask

    yield serve
    for pool in pools:
        pool.drain(0)


def until_failed(ask: Ask) -> None:
    """Wait until the start of both GPU cells has failed."""
    deadline = time.monotonic() + 10
    while ask({"gpu": 1})[0] != 400:
        assert time.monotonic() < deadline


def test_a_run_that_asks_for_a_gpu_gets_a_cell_with_one_and_no_other_does(serve: Serve) -> None:
    ask = serve(FakeBackend(play))
    assert [ask({"gpu": 1}) for _ in range(3)] == [
        (200, '[15, "fake-1-0"]'),
        (200, '[15, "fake-2-1"]'),
        (200, '[15, "fake-1-0"]'),
    ]
    assert [ask(plain) for plain in ({}, {"gpu": 0}, {})] == [(200, '[15, "fake-0-0"]')] * 3


def test_the_log_tells_runs_on_a_gpu(serve: Serve) -> None:
    ask = serve(FakeBackend(play))
    with capture_logs() as logs:
        ask({"gpu": 1})
        ask({})
    assert [line["gpu"] for line in logs if line["event"] == "run"] == [True, False]


def test_a_server_without_gpus_says_so(serve: Serve) -> None:
    ask = serve(None, wait=True)
    assert ask({"gpu": 1}) == (400, "This Jobe server has no GPU")
    assert ask({}) == (200, '[15, "fake-0-0"]')


def test_nonsense_is_refused(serve: Serve) -> None:
    assert serve(None)({"gpu": "A100"}) == (400, "parameter 'gpu' must be 0 or 1")


def test_while_no_gpu_works_a_run_is_refused(serve: Serve) -> None:
    ask = serve(FakeBackend(play, start=no_gpu))
    until_failed(ask)
    assert ask({"gpu": 1}) == (400, "No GPU of this Jobe server works at present")
    assert ask({}) == (200, '[15, "fake-0-0"]')


def test_while_no_gpu_works_a_run_waits_where_the_operator_says_so(serve: Serve) -> None:
    ask = serve(FakeBackend(play, start=no_gpu), wait=True)
    assert ask({"gpu": 1})[1] == '[21, ""]'
    assert ask({"gpu": 1})[1] == '[21, ""]'


def test_a_key_needs_leave_to_use_gpus(serve: Serve) -> None:
    ask = serve(FakeBackend(play), keys=(CPU, GPU))
    assert ask({"gpu": 1}, "CPU") == (403, "This API key may not use GPUs")
    assert ask({}, "CPU") == (200, '[15, "fake-0-0"]')
    assert ask({"gpu": 1}, "GPU") == (200, '[15, "fake-1-0"]')


def lost(cells: int) -> Play:
    """The GPU of the first so many cells is lost under the run."""
    seen: set[str] = set()

    def play_lost(cell: FakeCell, job: Job) -> Report:
        seen.add(cell.name)
        if len(seen) <= cells:
            raise CellLost("the GPU is lost", started=False)
        return play(cell, job)

    return play_lost


def test_a_run_whose_gpu_is_lost_is_repeated_once(serve: Serve) -> None:
    assert serve(FakeBackend(lost(1)))({"gpu": 1}) == (200, '[15, "fake-2-1"]')


def test_a_run_that_loses_two_gpus_is_nobodys_fault(serve: Serve) -> None:
    assert serve(FakeBackend(lost(2)))({"gpu": 1}) == (200, '[21, ""]')


def test_the_operator_sees_both_kinds_of_cells(store: FileStore) -> None:
    settings = Settings(cells=1)
    gpu = Pool(FakeBackend(play, start=no_gpu), settings, gpu_slots=range(1, 3))
    pools = Pools(Pool(FakeBackend(play), settings), gpu)
    registry = Registry(pools.run, bounds(settings))
    client = create_app(settings, cells=pools, files=store, registry=registry).test_client()
    try:
        deadline = time.monotonic() + 10
        while gpu.status().count(SlotState.FAILED, gpu=True) < 2 or not pools.status().count(
            SlotState.READY
        ):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert ready.get_json()["cells"]["ready"] == 1
        assert ready.get_json()["gpu_cells"]["failed"] == 2
        assert ready.get_json()["errors"] == ["the GPU fell off the bus"]
        assert "2 (GPU)" in client.get("/").text
        figures = client.get("/metrics").text
        assert 'jobe_torch_cells{state="failed"} 0.0' in figures
        assert 'jobe_torch_gpu_cells{state="failed"} 2.0' in figures
    finally:
        pools.drain(0)
