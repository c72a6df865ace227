from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.access import Access
from jobe_torch.http.app import bounds, create_app
from jobe_torch.http.keys import Key, digest
from jobe_torch.languages.registry import Registry
from jobe_torch.protocol.errors import RateExceeded
from tests.scripted import ScriptedCells

FREE = Key(name="free", sha256=digest("FREE"))
RARE = Key(name="rare", sha256=digest("RARE"), runs_per_hour=3, share=2.0)
NO_PYTHON = Key(name="c-only", sha256=digest("CONLY"), languages=("c",))
RUN = {"run_spec": {"language_id": "python3", "sourcecode": "print('hi')"}}
ROUTES = [
    ("GET", "/restapi/languages", 200),
    ("POST", "/restapi/runs", 200),
    ("PUT", "/restapi/files/abcdefgh", 204),
    ("HEAD", "/restapi/files/present1", 204),
    ("GET", "/jobe/index.php/restapi/languages/", 200),
    ("POST", "/jobe/index.php/restapi/runs/", 200),
    ("GET", "/metrics", 200),
    ("GET", "/", 200),
]


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(clock: Clock) -> Access:
    return Access((FREE, RARE, NO_PYTHON), clock=clock)


@pytest.fixture
def client(access: Access, cells: ScriptedCells, store: FileStore) -> FlaskClient:
    settings = Settings(cors_origins=("*",))
    store.put("free/present1", b"")
    registry = Registry(cells.run, bounds(settings))
    app = create_app(settings, cells=cells, files=store, registry=registry, access=access)
    return app.test_client()


def test_a_key_has_a_name_and_others_have_none(access: Access) -> None:
    assert [access.name_of(sent) for sent in ("FREE", "free", "", "\xff")] == ["free", "", "", ""]
    assert Access().name_of("FREE") == ""


def ask(client: FlaskClient, method: str, path: str, key: str | None = None) -> tuple[int, object]:
    body = {"file_contents": "eA=="} if method == "PUT" else RUN
    response = client.open(
        path, method=method, json=body, headers={} if key is None else {"X-API-KEY": key}
    )
    return response.status_code, response.get_json(silent=True)


def test_what_one_key_uploads_is_no_file_of_another(
    client: FlaskClient, cells: ScriptedCells
) -> None:
    path = "/restapi/files/abcdefgh"
    for key, content in (("FREE", "aGlz"), ("RARE", "ZmFrZQ==")):  # "his", "fake"
        assert ask(client, "HEAD", path, key)[0] == 404
        body, headers = {"file_contents": content}, {"X-API-KEY": key}
        assert client.put(path, json=body, headers=headers).status_code == 204
    spec = RUN["run_spec"] | {"file_list": [["abcdefgh", "a.txt"]]}
    answer = client.post("/restapi/runs", json={"run_spec": spec}, headers={"X-API-KEY": "FREE"})
    assert answer.status_code == 200
    assert cells.jobs[-1].files[-1].content == b"his"


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
def test_each_route_needs_a_key(client: FlaskClient, method: str, path: str, status: int) -> None:
    text = None if method == "HEAD" else "Missing API key"
    assert ask(client, method, path) == (403, text)
    text = None if method == "HEAD" else "Unknown API key"
    for wrong in ("", "free", "FREEX", "FRE", digest("FREE"), "é"):
        assert ask(client, method, path, wrong) == (403, text)
    assert ask(client, method, path, "FREE")[0] == status


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_balancers_have_no_key(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (200, 503)


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer FREE"}, {"Cookie": "X-API-KEY=FREE"}, {"X-API-KEY-2": "FREE"}],
    ids=str,
)
def test_a_key_elsewhere_is_no_key(client: FlaskClient, headers: dict[str, str]) -> None:
    path = "/restapi/runs?X-API-KEY=FREE"
    assert client.post(path, json=RUN, headers=headers).status_code == 403


def test_metrics_also_take_the_key_as_prometheus_sends_it(client: FlaskClient) -> None:
    def status(authorization: str) -> int:
        return client.get("/metrics", headers={"Authorization": authorization}).status_code

    assert status("Bearer FREE") == 200
    assert [status(wrong) for wrong in ("Bearer FRE", "Bearer", "Basic RlJFRTpGUkVF", "FREE")] == (
        [403] * 4
    )


def test_the_key_is_looked_at_before_the_body(client: FlaskClient) -> None:
    assert client.post("/restapi/runs", data=b"nonsense").get_json() == "Missing API key"


def test_what_is_nothing_is_nothing_without_a_key(client: FlaskClient) -> None:
    assert client.post("/restapi/zork").status_code == 404


def test_a_browser_asks_without_a_key_and_may_read_refusals(client: FlaskClient) -> None:
    headers = {"Origin": "https://moodle.example", "Access-Control-Request-Method": "POST"}
    assert client.options("/restapi/runs", headers=headers).status_code == 204
    refused = client.post("/restapi/runs", json=RUN)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_keys_are_ignored_where_none_is_asked_for(
    settings: Settings, cells: ScriptedCells, store: FileStore
) -> None:
    registry = Registry(cells.run, bounds(settings))
    client = create_app(settings, cells=cells, files=store, registry=registry).test_client()
    assert ask(client, "POST", "/restapi/runs", "whatever")[0] == 200


def test_the_pool_is_told_whose_run_it_is(client: FlaskClient, cells: ScriptedCells) -> None:
    ask(client, "POST", "/restapi/runs", "RARE")
    assert (cells.keys, cells.shares) == (["rare"], [2.0])


def test_a_key_may_be_for_some_languages(client: FlaskClient) -> None:
    assert ask(client, "GET", "/restapi/languages", "CONLY") == (200, [])
    expected = (400, "Language 'python3' is not known")
    assert ask(client, "POST", "/restapi/runs", "CONLY") == expected


def test_a_key_over_its_rate_is_told_when_to_come_again(
    client: FlaskClient, clock: Clock, cells: ScriptedCells
) -> None:
    for _ in range(3):
        assert ask(client, "POST", "/restapi/runs", "RARE")[0] == 200
    response = client.post("/restapi/runs", json=RUN, headers={"X-API-KEY": "RARE"})
    assert response.status_code == 401
    assert response.get_json() == "Max RUN rate for this server exceeded"
    assert response.headers["Retry-After"] == "1200"
    assert len(cells.jobs) == 3
    assert ask(client, "POST", "/restapi/runs", "FREE")[0] == 200
    clock.now += 1199
    assert ask(client, "POST", "/restapi/runs", "RARE")[0] == 401
    clock.now += 1
    assert ask(client, "POST", "/restapi/runs", "RARE")[0] == 200


def test_only_runs_count(client: FlaskClient) -> None:
    for _ in range(5):
        assert ask(client, "PUT", "/restapi/files/abcdefgh", "RARE")[0] == 204
        assert ask(client, "GET", "/restapi/languages", "RARE")[0] == 200
    assert ask(client, "POST", "/restapi/runs", "RARE")[0] == 200


def test_a_run_that_misses_a_file_is_counted_when_it_comes_again(client: FlaskClient) -> None:
    spec = RUN["run_spec"] | {"file_list": [["nosuchfile", "f"]]}
    headers = {"X-API-KEY": "RARE"}
    for _ in range(5):
        response = client.post("/restapi/runs", json={"run_spec": spec}, headers=headers)
        assert response.status_code == 404
    for _ in range(3):
        assert ask(client, "POST", "/restapi/runs", "RARE")[0] == 200


def test_bad_requests_count(client: FlaskClient) -> None:
    for status in (400, 400, 400, 401):
        response = client.post("/restapi/runs", data=b"x", headers={"X-API-KEY": "RARE"})
        assert response.status_code == status


def test_keys_may_be_replaced_while_the_server_runs(client: FlaskClient, access: Access) -> None:
    for _ in range(3):
        ask(client, "POST", "/restapi/runs", "RARE")
    access.replace((RARE, Key(name="new", sha256=digest("NEW"))))
    assert ask(client, "GET", "/restapi/languages", "NEW")[0] == 200
    assert ask(client, "GET", "/restapi/languages", "FREE")[0] == 403
    assert ask(client, "POST", "/restapi/runs", "RARE")[0] == 401  # used up is used up


def test_keys_are_in_no_log_and_no_metric(client: FlaskClient) -> None:
    with capture_logs() as logs:
        for _ in range(4):
            ask(client, "POST", "/restapi/runs", "RARE")
        ask(client, "POST", "/restapi/runs", "WRONG")
    metrics = client.get("/metrics", headers={"X-API-KEY": "FREE"}).get_data(as_text=True)
    for secret in ("RARE", "WRONG", digest("RARE")):
        assert secret not in repr(logs) + metrics
    assert logs[0]["key"] == "rare"
    assert "rare" not in metrics


@example(rate=1, pauses=[1.9507070892873344, 0.0])
@given(
    rate=st.integers(1, 1000),
    pauses=st.lists(st.floats(0, 5000), min_size=1, max_size=60),
)
def test_no_hour_has_more_than_twice_the_rate_and_who_waits_is_served(
    rate: int, pauses: list[float]
) -> None:
    """A full bucket and an hour's refill: twice the rate at most."""
    clock = Clock()
    key = Key(name="k", sha256=digest("k"), runs_per_hour=rate)
    access = Access((key,), clock=clock)
    started: list[float] = []
    for pause in pauses:
        clock.now += pause
        try:
            access.start_run(key)
        except RateExceeded as refused:
            clock.now += refused.retry_seconds
            access.start_run(key)
        started.append(clock.now)
        recent = [at for at in started if at > clock.now - 3600]
        assert len(recent) <= 2 * rate
