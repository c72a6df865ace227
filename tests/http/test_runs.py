from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from jobe_torch.cell.layout import RUN_DIRECTORY
from jobe_torch.cell.wire import Clock, File
from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.app import bounds, create_app
from jobe_torch.languages.registry import Registry
from jobe_torch.pool.errors import CellFault, Overloaded, Refusal
from tests.scripted import ScriptedCells, outcome

SPEC = {"language_id": "python3", "sourcecode": "print('hi')"}
OVERLOADED = {"run_id": "0", "outcome": 21, "cmpinfo": "", "stdout": "", "stderr": ""}
HOOK = "!** TESTING OVERLOAD EXCEPTION **!"

Post = Callable[..., tuple[int, Any]]


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Post a run spec and get status and JSON."""

    def posted(**changes: object) -> tuple[int, Any]:
        response = client.post("/jobe/index.php/restapi/runs", json={"run_spec": SPEC | changes})
        return response.status_code, response.get_json()

    return posted


def test_a_run_from_body_to_result(client: FlaskClient) -> None:
    answer = client.post("/jobe/index.php/restapi/runs", json={"run_spec": SPEC})
    assert answer.status_code == 200
    assert answer.data == b'{"run_id":null,"outcome":15,"cmpinfo":"","stdout":"hi\\n","stderr":""}'


def test_a_run_without_a_process_is_refused(post: Post) -> None:
    status, text = post(parameters={"numprocs": 0})
    assert (status, text) == (400, "parameter 'numprocs' must be at least 1")


def test_an_answer_tells_where_its_time_went(client: FlaskClient) -> None:
    began = time.monotonic()
    answer = client.post("/restapi/runs", json={"run_spec": SPEC})
    took = 1000 * (time.monotonic() - began)
    parts = dict(part.split(";dur=") for part in answer.headers["Server-Timing"].split(", "))
    assert list(parts) == ["server", "wait", "handover", "program"]
    assert (float(parts["wait"]), float(parts["program"])) == (250, 1500)
    # The scripted cell tells of more than there was; the other parts have so much less.
    assert 0 < sum(map(float, parts.values())) < took


def test_answers_are_compact_and_leave_letters_as_they_are(
    client: FlaskClient, cells: ScriptedCells
) -> None:
    cells.answer = outcome("é/漢".encode())
    answer = client.post("/restapi/runs", json={"run_spec": SPEC})
    assert '"stdout":"é/漢"'.encode() in answer.data


def test_a_time_out_has_no_stderr(post: Post, cells: ScriptedCells) -> None:
    cells.answer = replace(outcome(b"so far", b"x"), exit_code=None, timed_out=Clock.CPU)
    assert post() == (200, OVERLOADED | {"run_id": None, "outcome": 13, "stdout": "so far"})


def test_only_parameters_that_the_language_uses_can_be_wrong(post: Post) -> None:
    status, _ = post(parameters={"compileargs": "abc", "linkargs": None, "main_class": []})
    assert status == 200
    wrong = "parameter 'runargs' must be a list of strings"
    assert post(parameters={"compileargs": "abc", "runargs": "abc"}) == (400, wrong)


def test_files_are_written_in_order_after_the_source(
    post: Post, store: FileStore, cells: ScriptedCells
) -> None:
    store.put("abcdefgh", b"1")
    store.put("ijklmnop", b"2")
    post(file_list=[["ijklmnop", "b"], ["abcdefgh", "prog.py"], ["ijklmnop", "a"]])
    assert cells.jobs[0].files == (
        File("prog.py", b"print('hi')"),
        File("b", b"2"),
        File("prog.py", b"1"),
        File("a", b"2"),
    )


MISSING = (404, "One or more of the specified files is missing/unavailable")


def test_a_missing_file_is_404(post: Post, store: FileStore, cells: ScriptedCells) -> None:
    store.put("abcdefgh", b"1")
    assert post(file_list=[["abcdefgh", "a"], ["nosuchfile", "b"]]) == MISSING
    assert cells.jobs == []


def test_too_many_bytes_of_files_are_refused(
    post: Post, store: FileStore, settings: Settings
) -> None:
    store.put("abcdefgh", bytes(1 << 20))
    most = bounds(settings).support_bytes
    files = [["abcdefgh", f"f{number}"] for number in range((most >> 20) + 1)]
    assert post(file_list=files) == (413, f"The files of a run may have {most} bytes")


def test_the_overload_hook_comes_after_the_file_check(post: Post, cells: ScriptedCells) -> None:
    assert post(sourcecode=HOOK) == (200, OVERLOADED)
    assert post(sourcecode=HOOK, file_list=[["nosuchfile", "b"]]) == MISSING
    assert cells.jobs == []


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    "failure",
    [*map(Overloaded, Refusal), CellFault("the agent died")],
    ids=lambda failure: failure.reason.value,
)
def test_what_is_our_fault_is_an_overload(
    post: Post,
    cells: ScriptedCells,
    failure: Overloaded,
    debug: bool,  # noqa: FBT001 - a parameter
) -> None:
    cells.answer = failure
    assert post(debug=debug) == (200, OVERLOADED)


def test_what_nobody_thought_of_is_500_and_logged(post: Post, cells: ScriptedCells) -> None:
    cells.answer = RuntimeError("secret detail")
    with capture_logs() as logs:
        assert post() == (500, "Server exception (see the server's log)")
    assert [line["event"] for line in logs] == ["request failed"]
    assert "secret detail" in repr(logs[0]["exc_info"])


def test_a_debug_run_has_its_directory_for_a_name(post: Post) -> None:
    for debug, name in ((True, RUN_DIRECTORY), (1, RUN_DIRECTORY), (0, None), (None, None)):
        _, result = post(debug=debug)
        assert result["run_id"] == name


def test_debugging_may_be_the_default(cells: ScriptedCells, store: FileStore) -> None:
    settings = Settings(debugging=True)
    registry = Registry(cells.run, bounds(settings))
    client = create_app(settings, cells=cells, files=store, registry=registry).test_client()
    for changes, name in (({}, RUN_DIRECTORY), ({"debug": False}, None)):
        answer = client.post("/restapi/runs", json={"run_spec": SPEC | changes})
        assert answer.get_json()["run_id"] == name


def test_the_servers_bounds_hold(cells: ScriptedCells, store: FileStore) -> None:
    settings = Settings(cputime_max_seconds=7, memory_max_bytes=5000, processes_max=3)
    registry = Registry(cells.run, bounds(settings))
    client = create_app(settings, cells=cells, files=store, registry=registry).test_client()
    answer = client.post("/restapi/runs", json={"run_spec": SPEC | {"parameters": {"cputime": 8}}})
    assert answer.get_json() == "cputime exceeds maximum allowed on this Jobe server (7 secs)"
    client.post("/restapi/runs", json={"run_spec": SPEC})
    limits = cells.jobs[0].run.limits
    assert (limits.memory_bytes, limits.processes) == (5000, 3)


def test_when_no_cell_can_say_which_languages_there_are(
    settings: Settings, cells: ScriptedCells, store: FileStore
) -> None:
    def execute(_job: object) -> None:
        raise Overloaded(Refusal.WAITED)

    registry = Registry(execute, bounds(settings))  # type: ignore[arg-type] # it never returns
    client = create_app(settings, cells=cells, files=store, registry=registry).test_client()
    runs = client.post("/restapi/runs", json={"run_spec": SPEC})
    assert (runs.status_code, runs.get_json()) == (200, OVERLOADED)
    languages = client.get("/restapi/languages")
    assert (languages.status_code, languages.get_json()) == (503, "No cell is free")


def test_one_log_line_tells_of_a_run(
    client: FlaskClient, cells: ScriptedCells, store: FileStore
) -> None:
    store.put("abcdefgh", b"12345")
    cells.answer = replace(outcome(b"out", b"error"), stdout_dropped=9)
    spec = SPEC | {"input": "in", "file_list": [["abcdefgh", "f"]]}
    with capture_logs() as logs:
        client.post(
            "/restapi/runs", json={"run_spec": spec}, headers={"X-CodeRunner-Job-Id": "1a2b3c4d"}
        )
    (line,) = logs
    assert line.pop("total_seconds") >= 0
    assert line == {
        "event": "run",
        "log_level": "info",
        "id": cells.jobs[0].id,
        "job": "1a2b3c4d",
        "key": "",
        "language": "python3",
        "gpu": False,
        "outcome": "runtime_error",
        "refusal": "",
        "warm": True,
        "wait_seconds": 0.25,
        "wall_seconds": 1.5,
        "cpu_seconds": 1.0,
        "file_bytes": [11, 5],
        "stdin_bytes": 2,
        "stdout_bytes": 3,
        "stderr_bytes": 5,
        "dropped_bytes": 9,
    }


def test_a_refused_run_says_why_it_was_not_executed(post: Post, cells: ScriptedCells) -> None:
    cells.answer = Overloaded(Refusal.LINE_FULL)
    with capture_logs() as logs:
        post()
    assert (logs[0]["outcome"], logs[0]["refusal"]) == ("overload", "line_full")


@pytest.mark.parametrize("forged", ["x\r\nevil=1", "é\x1b[31m", "x" * 10_000], ids=len)
def test_a_client_cannot_forge_log_lines(
    client: FlaskClient, cells: ScriptedCells, forged: str
) -> None:
    environ = {"HTTP_X_CODERUNNER_JOB_ID": forged}
    with capture_logs() as logs:
        client.post("/restapi/runs", json={"run_spec": SPEC}, environ_overrides=environ)
        client.post("/restapi/runs", json={"run_spec": SPEC | {"language_id": forged}})
        cells.answer = RuntimeError()
        client.post("/restapi/runs", json={"run_spec": SPEC}, environ_overrides=environ)
    assert len(logs) == 3
    for line in logs:
        for value in line.values():
            assert not isinstance(value, str) or (value.isprintable() and value.isascii())
            assert len(str(value)) <= 200


def test_the_access_key_in_the_parameters_is_in_no_log_answer_or_job(
    post: Post, cells: ScriptedCells
) -> None:
    secret = "2AAA7A5415B4A9B394B54BF1D2E9D"  # noqa: S105 - the example of Jobe's own settings
    parameters = {"jobeapikey": secret, "jobeserver": secret}
    with capture_logs() as logs:
        answers = [
            post(parameters=parameters, jobeapikey=secret),
            post(parameters=parameters | {"runargs": [["x"]]}),
            post(parameters=parameters | {"cputime": 121}),
            post(parameters=parameters, file_list=[["nosuchfile", "f"]]),
        ]
    assert len(logs) == 4
    assert secret not in repr(logs) + repr(answers) + repr(cells.jobs)
