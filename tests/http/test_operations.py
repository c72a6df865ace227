from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from jobe_torch.cell.wire import Ready
from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.app import bounds, create_app
from jobe_torch.languages.registry import Registry
from jobe_torch.pool.errors import Overloaded, Refusal
from jobe_torch.pool.status import PoolStatus, SlotState, SlotStatus
from tests.scripted import ScriptedCells, outcome

AGENT = Ready("3.11.2", {"torch": "2.13.0", "numpy": "2.4.6"}, "userns", 300 << 20)
STATUS = PoolStatus(
    slots=(
        SlotStatus(0, SlotState.READY, "local-0", 3, AGENT, ""),
        SlotStatus(1, SlotState.BUSY, "local-1", 2, AGENT, ""),
        SlotStatus(2, SlotState.FAILED, "", 0, None, "no <room>"),
    ),
    waiting=4,
    line_length=256,
    draining=False,
    cells_started=7,
    cells_lost=1,
    start_failures=2,
)
RUN = {"run_spec": {"language_id": "python3", "sourcecode": "print('hi')"}}


@pytest.fixture
def cells() -> ScriptedCells:
    cells = ScriptedCells()
    cells.now = STATUS
    return cells


def test_a_server_that_answers_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == "alive"


def test_a_server_with_cells_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.get_json() == {
        "ready": True,
        "draining": False,
        "cells": {"warming": 0, "ready": 1, "busy": 1, "failed": 1, "closed": 0},
        "waiting": 4,
        "jail": ["userns"],
        "modules": {"torch": "2.13.0", "numpy": "2.4.6"},
        "errors": ["no <room>"],
    }


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(replace(STATUS, draining=True), id="draining"),
        pytest.param(replace(STATUS, slots=STATUS.slots[2:]), id="no cell"),
        pytest.param(replace(STATUS, slots=()), id="no slot"),
        pytest.param(replace(STATUS, backend_fault="no engine"), id="no engine"),
    ],
)
def test_a_server_that_takes_no_runs_is_not_ready(
    client: FlaskClient, cells: ScriptedCells, status: PoolStatus
) -> None:
    cells.now = status
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["ready"] is False
    assert (status.backend_fault in response.get_json()["errors"]) is bool(status.backend_fault)
    assert client.get("/healthz").status_code == 200


Figures = Callable[[], dict[str, float]]


@pytest.fixture
def figures(client: FlaskClient) -> Figures:
    """The samples of ``/metrics`` by name and labels."""

    def read() -> dict[str, float]:
        text = client.get("/metrics").get_data(as_text=True)
        return {
            ",".join((sample.name.removeprefix("jobe_torch_"), *sample.labels.values())): (
                sample.value
            )
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    return read


def test_metrics_of_the_cells(figures: Figures) -> None:
    expected = {
        "cells,ready": 1,
        "cells,busy": 1,
        "cells,failed": 1,
        "cells,warming": 0,
        "cells,closed": 0,
        "waiting": 4,
        "line_length": 256,
        "cells_started_total": 7,
        "cells_lost_total": 1,
        "start_failures_total": 2,
    }
    assert expected.items() <= figures().items()


def test_metrics_of_runs(client: FlaskClient, cells: ScriptedCells, figures: Figures) -> None:
    client.post("/restapi/runs", json=RUN)
    cells.answer = replace(outcome(b"", b"error"), stderr_dropped=1)
    client.post("/restapi/runs", json=RUN)
    cells.answer = Overloaded(Refusal.WAITED)
    client.post("/restapi/runs", json=RUN)
    expected = {
        "runs_total,python3,success": 1,
        "runs_total,python3,runtime_error": 1,
        "runs_total,python3,overload": 1,
        "warm_runs_total": 2,
        "truncated_runs_total": 1,
        "overloads_total,waited": 1,
        "run_seconds_count": 3,
        "wait_seconds_count": 2,
        "wait_seconds_sum": 0.5,
        "cpu_seconds_sum": 2.0,
    }
    assert expected.items() <= figures().items()


def test_what_alarms_go_by_is_there_before_it_happens(figures: Figures) -> None:
    expected = {f"overloads_total,{reason.value}": 0 for reason in Refusal}
    assert (expected | {"refusals_total,500": 0, "refusals_total,503": 0}).items() <= (
        figures().items()
    )


def test_metrics_of_requests_that_were_refused(client: FlaskClient, figures: Figures) -> None:
    client.post("/restapi/runs", data=b"x")
    client.post("/restapi/runs", data=b"{}")
    client.head("/restapi/files/nosuchfile")
    client.get("/nothing/here")
    assert {"refusals_total,400": 2, "refusals_total,404": 1}.items() <= figures().items()


def test_metrics_of_files(figures: Figures, store: FileStore) -> None:
    store.put("abcdefgh", b"x" * 100)
    assert {"files": 1, "files_bytes": 4196}.items() <= figures().items()


def test_metrics_of_the_server_itself(figures: Figures) -> None:
    now = figures()
    for name in ("process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"):
        assert now[name] > 0
    assert not [name for name in now if "_created" in name]


def test_metrics_may_be_switched_off(cells: ScriptedCells, store: FileStore) -> None:
    settings = Settings(metrics=False)
    registry = Registry(cells.run, bounds(settings))
    client = create_app(settings, cells=cells, files=store, registry=registry).test_client()
    assert client.get("/metrics").status_code == 404


def test_the_status_page_shows_the_cells(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    for words in ("local-0", "userns", "torch 2.13.0", "300 MiB", "4 of 256 places", "2 failed"):
        assert words in page
    assert "no &lt;room&gt;" in page


def test_the_status_page_says_when_no_run_can_be_taken(
    client: FlaskClient, cells: ScriptedCells
) -> None:
    assert "Runs are taken" in client.get("/").get_data(as_text=True)
    cells.now = replace(STATUS, slots=())
    assert "No cell can take a run" in client.get("/").get_data(as_text=True)
    cells.now = replace(STATUS, slots=(replace(STATUS.slots[0], state=SlotState.WARMING),))
    assert "The cells are warming up" in client.get("/").get_data(as_text=True)
    cells.now = replace(STATUS, draining=True)
    assert "is ending" in client.get("/").get_data(as_text=True)
