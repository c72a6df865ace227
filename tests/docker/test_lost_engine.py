"""The engine itself goes, hangs or is full: an engine of this suite's own, not the machine's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from jobe_torch.backends.docker import DockerBackend
from jobe_torch.config import load
from jobe_torch.protocol.verdict import Verdict
from tests.absent import absent
from tests.conftest import Server
from tests.docker.chaos import HELLO, grades, submit
from tests.docker.engine import Containers, wait_for
from tests.docker.own_engine import OwnEngine

pytestmark = pytest.mark.slow

NAME = "test-lost-engine"


@pytest.fixture(scope="module")
def engine(backend: DockerBackend) -> Iterator[OwnEngine]:
    del backend  # only that the machine's engine has our image
    if os.geteuid() or not shutil.which("dockerd"):
        absent("an engine of our own: root and dockerd")
    engine = OwnEngine()
    settings = load(environment=os.environ)
    engine.load(settings.docker_image, settings.docker_host)
    yield engine
    engine.close()


@pytest.fixture
def containers(engine: OwnEngine) -> Iterator[Containers]:
    containers = Containers(NAME, engine.url)
    yield containers
    containers.close()


@pytest.fixture
def server(start_server: Callable[..., Server], containers: Containers) -> Server:
    server = start_server(
        backend="docker", cells=1, docker_host=containers.url, docker_name=NAME, wait_seconds=2
    )
    server.wait_until("/readyz")
    return server


def ready(server: Server) -> bool:
    return httpx.get(f"{server.url}/readyz", timeout=30).status_code == httpx.codes.OK


def errors(server: Server) -> str:
    return " ".join(httpx.get(f"{server.url}/readyz", timeout=30).json()["errors"])


@pytest.mark.parametrize("end", [OwnEngine.stop, OwnEngine.kill], ids=["stopped", "killed"])
def test_an_engine_that_ends_in_mid_run_is_our_fault_and_its_return_heals_all(
    server: Server, engine: OwnEngine, containers: Containers, end: Callable[[OwnEngine], None]
) -> None:
    before = containers.ids()
    with ThreadPoolExecutor() as pool:
        answer = submit(pool, server)
        end(engine)
        assert answer.result(60)["outcome"] == Verdict.OVERLOAD
    wait_for(lambda: not ready(server))
    assert server.run(HELLO)["outcome"] == Verdict.OVERLOAD
    engine.start()
    server.wait_until("/readyz")
    assert grades(server)
    # What a killed engine left running is gone as well.
    assert len(containers.ids()) == 1
    assert not containers.ids() & before


def test_an_engine_that_hangs_is_noticed_without_a_run(server: Server, engine: OwnEngine) -> None:
    engine.freeze()
    try:
        wait_for(lambda: "no Docker Engine" in errors(server))
        assert not ready(server)
    finally:
        engine.thaw()
    server.wait_until("/readyz")
    assert grades(server)


def test_a_full_disk_stops_new_cells_only(
    server: Server, engine: OwnEngine, containers: Containers
) -> None:
    filler = engine.fill_disk()
    try:
        assert grades(server)
        (container,) = containers.ids()
        containers.client.kill(container)
        wait_for(lambda: "no space left" in errors(server))
        assert not ready(server)
        assert server.run(HELLO)["outcome"] == Verdict.OVERLOAD
    finally:
        filler.unlink()
    server.wait_until("/readyz")
    assert grades(server)
