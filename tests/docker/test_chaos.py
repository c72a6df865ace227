"""Whatever dies, a client gets an honest answer, and nothing is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from jobe_torch.backends.container import CELL_PYTHON, LABEL
from jobe_torch.config import load
from jobe_torch.protocol.verdict import Verdict
from tests.conftest import REST, Server
from tests.docker.chaos import HELLO, grades, submit
from tests.docker.engine import Containers, agent_of, wait_for, zygote_of
from tests.docker.gate import Gate

Start = Callable[..., Server]


@pytest.fixture
def server(start: Start) -> Server:
    server = start()
    server.wait_until("/readyz")
    # Asking which languages there are takes a run, and so a cell, for each.
    httpx.get(f"{server.url}{REST}/languages", timeout=240)
    return server


def only(containers: Containers) -> str:
    (container,) = containers.ids()
    return container


def kill_container(containers: Containers) -> None:
    containers.client.kill(only(containers))


def kill_agent(containers: Containers) -> None:
    os.kill(agent_of(containers.root_pid(only(containers))), signal.SIGKILL)


def kill_zygote(containers: Containers) -> None:
    os.kill(zygote_of(containers.root_pid(only(containers))), signal.SIGKILL)


def remove(containers: Containers) -> None:
    containers.client.remove_container(only(containers), force=True)


DEATHS = pytest.mark.parametrize("kill", [kill_container, kill_agent, kill_zygote, remove])


@DEATHS
def test_a_death_in_mid_run_is_our_fault_and_the_next_run_is_right(
    server: Server, containers: Containers, kill: Callable[[Containers], None]
) -> None:
    with ThreadPoolExecutor() as pool:
        answer = submit(pool, server)
        kill(containers)
        assert answer.result(60)["outcome"] == Verdict.OVERLOAD
    assert grades(server)


@DEATHS
def test_a_death_in_idleness_is_no_clients_business(
    server: Server, containers: Containers, kill: Callable[[Containers], None]
) -> None:
    kill(containers)
    answer = server.run(HELLO)
    # A run may find the zygote dead only when it has started: then it is not repeated.
    honest = {Verdict.SUCCESS, Verdict.OVERLOAD} if kill is kill_zygote else {Verdict.SUCCESS}
    assert answer["outcome"] in honest
    assert grades(server)


def test_a_killed_server_leaves_no_container(server: Server, containers: Containers) -> None:
    with ThreadPoolExecutor() as pool:
        answer = submit(pool, server)
        assert containers.ids()
        server.signal_group(signal.SIGKILL)
        assert isinstance(answer.exception(60), httpx.TransportError)
    wait_for(lambda: not containers.ids())


def test_a_server_that_ends_leaves_no_container(server: Server, containers: Containers) -> None:
    assert server.end() == 0
    assert not containers.ids()


def test_a_new_server_removes_what_an_old_one_left(start: Start, containers: Containers) -> None:
    orphan = containers.client.create_container(
        load(environment=os.environ).docker_image,
        [CELL_PYTHON, "-V"],
        labels={LABEL: containers.server},
    )["Id"]
    start().wait_until("/readyz")
    assert orphan not in containers.ids()


def test_an_engine_may_go_and_come_back(start: Start, containers: Containers, gate: Gate) -> None:
    server = start(docker_host=gate.url, wait_seconds=1)
    server.wait_until("/readyz")
    with ThreadPoolExecutor() as pool:
        answer = submit(pool, server)
        gate.shut()
        assert answer.result(60)["outcome"] == Verdict.OVERLOAD
    wait_for(lambda: httpx.get(f"{server.url}/readyz").status_code != httpx.codes.OK)
    assert server.run(HELLO)["outcome"] == Verdict.OVERLOAD
    gate.open()
    server.wait_until("/readyz")
    assert grades(server)
    assert len(containers.ids()) == 1


def test_a_server_may_be_started_before_the_engine(start: Start, gate: Gate) -> None:
    gate.shut()
    server = start(docker_host=gate.url)
    server.wait_until("/healthz")
    assert httpx.get(f"{server.url}/readyz").status_code != httpx.codes.OK
    gate.open()
    server.wait_until("/readyz")
    assert grades(server)


def test_a_container_that_cannot_be_made_is_told_in_the_engines_own_words(start: Start) -> None:
    server = start(docker_runtime="nonsense")
    server.wait_until("/healthz")
    wait_for(lambda: httpx.get(f"{server.url}/readyz").json()["errors"])
    (error,) = httpx.get(f"{server.url}/readyz").json()["errors"]
    assert "nonsense" in error
    assert "http" not in error  # of the client's words nothing


def test_single_use_cells_are_new_each_time(start: Start, containers: Containers) -> None:
    server = start(runs_per_cell=1)
    server.wait_until("/readyz")
    # Asking which languages there are takes a run, and so a cell, for each.
    httpx.get(f"{server.url}{REST}/languages", timeout=240)
    seen = set()
    for _ in range(2):
        wait_for(lambda: httpx.get(f"{server.url}/readyz").json()["cells"]["ready"])
        wait_for(lambda: len(containers.ids()) == 1)  # the one before it goes last
        seen.add(only(containers))
        assert grades(server)
    assert len(seen) == 2
