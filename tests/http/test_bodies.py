from __future__ import annotations

import io
import tracemalloc

import pytest
from flask.testing import FlaskClient

from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from tests.scripted import ScriptedCells

LONGEST = 4096
RUN = b'{"run_spec": {"language_id": "python3", "sourcecode": ""}}'
TOO_LONG = (413, f"The request body may have {LONGEST} bytes")
RUNS = "/restapi/runs"
FILE = "/restapi/files/abcdefgh"


@pytest.fixture
def settings() -> Settings:
    return Settings(body_max_bytes=LONGEST)


class Endless(io.RawIOBase):
    """A body that counts how much of it was read."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # a buffer it is
        self.read_bytes += len(buffer)
        return len(buffer)


@pytest.mark.parametrize(("method", "path"), [("POST", RUNS), ("PUT", FILE)])
def test_a_body_that_announces_too_much_is_not_read(
    client: FlaskClient, method: str, path: str
) -> None:
    body = Endless()
    response = client.open(
        path,
        method=method,
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(LONGEST + 1)},
    )
    assert (response.status_code, response.get_json()) == TOO_LONG
    assert body.read_bytes == 0


@pytest.mark.parametrize(("method", "path"), [("POST", RUNS), ("PUT", FILE)])
def test_a_body_of_unknown_length_is_not_read_to_its_end(
    client: FlaskClient, method: str, path: str
) -> None:
    body = Endless()
    response = client.open(
        path,
        method=method,
        environ_overrides={"wsgi.input": body, "wsgi.input_terminated": True},
    )
    assert (response.status_code, response.get_json()) == TOO_LONG
    assert body.read_bytes < 4 * LONGEST + 2 * io.DEFAULT_BUFFER_SIZE


def test_a_body_of_unknown_length_that_ends_is_read(client: FlaskClient) -> None:
    response = client.post(
        RUNS,
        environ_overrides={"wsgi.input": io.BytesIO(RUN), "wsgi.input_terminated": True},
    )
    assert response.get_json()["outcome"] == 15


def test_a_body_of_the_greatest_length_is_read(client: FlaskClient) -> None:
    response = client.post(RUNS, data=RUN.ljust(LONGEST))
    assert response.get_json()["outcome"] == 15


def test_a_client_that_hangs_up_within_its_body(client: FlaskClient, cells: ScriptedCells) -> None:
    environ = {"wsgi.input": io.BytesIO(RUN), "CONTENT_LENGTH": str(len(RUN) + 1)}
    response = client.post(RUNS, environ_overrides=environ)
    assert response.status_code == 400
    assert cells.jobs == []


class Broken(io.RawIOBase):
    """A connection that is reset."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: memoryview) -> int:  # type: ignore[override] # a buffer it is
        raise ConnectionResetError


def test_a_connection_that_breaks_within_its_body(client: FlaskClient) -> None:
    environ = {"wsgi.input": Broken(), "CONTENT_LENGTH": "9"}
    assert client.post(RUNS, environ_overrides=environ).status_code == 400


def test_bodies_that_are_worked_on_take_a_bounded_memory(
    client: FlaskClient, cells: ScriptedCells
) -> None:
    """Each run posts another from within, so that all their bodies are held at one time."""
    statuses: list[int] = []
    body = RUN.ljust(LONGEST)
    original = cells.run

    def run(*args: object, **kwargs: object) -> object:
        inner = client.application.test_client().post(RUNS, data=body)
        statuses.append(inner.status_code)
        return original(*args, **kwargs)  # type: ignore[arg-type] # passed on

    client.get("/restapi/languages")
    cells.run = run  # type: ignore[method-assign, assignment] # for this test
    assert client.post(RUNS, data=body).status_code == 200
    assert statuses == [503, *[200] * 7]
    cells.run = original  # type: ignore[method-assign] # as before
    assert client.post(RUNS, data=body).status_code == 200


def test_bad_bodies_cost_little_memory(store: FileStore, cells: ScriptedCells) -> None:
    from jobe_torch.http.app import bounds, create_app  # noqa: PLC0415 - measured from here
    from jobe_torch.languages.registry import Registry  # noqa: PLC0415

    settings = Settings()
    registry = Registry(cells.run, bounds(settings))
    client = create_app(settings, cells=cells, files=store, registry=registry).test_client()
    client.get("/restapi/languages")
    megabyte = 1 << 20
    filler = b"[]," * (8 * megabyte // 3)
    head = b'{"run_spec": {"language_id": "python3", "sourcecode": '
    tracemalloc.start()
    for bad in (
        b'{"x": [' + filler + b"0]}",
        head + b"[" + filler + b"0]}}",
        head + b'"", "file_list": [' + filler + b"0]}}",
        head + b'"", "parameters": {"runargs": [' + filler + b"0]}}}",
        b"[" * 8 * megabyte,
        b'{"file_contents": [' + filler + b"0]}",
    ):
        for method, path in (("POST", RUNS), ("PUT", FILE)):
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            assert client.open(path, method=method, data=bad).status_code == 400
            assert tracemalloc.get_traced_memory()[1] - before < 4 * len(bad)
    tracemalloc.stop()
