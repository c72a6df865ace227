"""A container with a GPU has exactly one, by name. No GPU is needed: it is never started."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.container import LABEL, Container, Place
from jobe_torch.backends.docker import DockerBackend
from jobe_torch.backends.engine import Engine
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.jail import Level
from jobe_torch.config import GpuDoor, Settings, load
from tests.conftest import REST, Server
from tests.docker.chaos import grades
from tests.docker.engine import Containers, wait_for
from tests.docker.gate import Gate, ask

UUID = "GPU-0c1d2e3f-0000-1111-2222-333344445555"
GPU = Gpu(UUID, share=0.5)

DEVICES = {
    GpuDoor.NVIDIA: {
        "Driver": "nvidia",
        "Count": 0,
        "DeviceIDs": [UUID],
        "Capabilities": [["gpu", "compute", "utility"]],
        "Options": None,
    },
    GpuDoor.CDI: {
        "Driver": "cdi",
        "Count": 0,
        "DeviceIDs": [f"nvidia.com/gpu={UUID}"],
        "Capabilities": None,
        "Options": None,
    },
}


@pytest.fixture
def engine(containers: Containers) -> Iterator[Engine]:
    engine = Engine(containers.url)
    yield engine
    engine.close()


def described(engine: Engine, containers: Containers, body: dict[str, Any]) -> dict[str, Any]:
    container = engine.create(body)
    try:
        return containers.describe(container)
    finally:
        engine.remove(container)


@pytest.mark.parametrize("door", GpuDoor)
@pytest.mark.parametrize("module", ["agent", "probe"])
def test_the_engine_is_asked_for_one_device_and_nothing_else_is_different(
    engine: Engine, containers: Containers, door: GpuDoor, module: str
) -> None:
    container = replace(Container.of(load(environment=os.environ)), gpus=(GPU,), gpu_door=door)
    plain = Place(containers.server, 0, Level.USERNS)
    with_gpu = replace(plain, gpu=GPU)
    without, given = (
        described(engine, containers, container.request(place, module, attached=True))
        for place in (plain, with_gpu)
    )
    assert not without["HostConfig"]["DeviceRequests"]
    (device,) = given["HostConfig"].pop("DeviceRequests")
    assert device == {**DEVICES[door], "Options": device["Options"]}
    del without["HostConfig"]["DeviceRequests"]
    assert given["HostConfig"] == without["HostConfig"]
    assert given["Config"]["Labels"][LABEL] == f"{containers.server}/gpu"
    assert given["Config"]["Env"] == without["Config"]["Env"]


def test_a_gpu_that_is_not_there_is_a_backend_error(containers: Containers) -> None:
    """Where there is one after all, its name is not this."""
    backend = DockerBackend(
        url=containers.url,
        container=replace(Container.of(load(environment=os.environ)), gpus=(GPU,)),
        server=containers.server,
        gpus=(GPU,),
    )
    with pytest.raises(BackendError, match="container not started"):
        backend.start_cell(3)
    backend.close()
    assert not containers.ids()


def test_plain_cells_are_no_orphans_of_those_with_gpus(containers: Containers) -> None:
    container = replace(Container.of(load(environment=os.environ)), gpus=(GPU,))
    backends = [
        DockerBackend(url=containers.url, container=container, server=containers.server, gpus=gpus)
        for gpus in ((), (GPU,))
    ]
    cell = backends[0].start_cell(0)
    with suppress(BackendError):  # without such a GPU
        backends[1].prepare()
    assert cell.alive()
    cell.close()
    for backend in backends:
        backend.close()


def test_gpus_of_containers_are_named() -> None:
    with pytest.raises(BackendError, match="nvidia-smi -L"):
        Container.of(Settings(gpus=("all",)))


def test_the_gate_gives_out_the_gpus_of_its_settings_only(
    containers: Containers, tmp_path: Path
) -> None:
    gate = Gate(tmp_path, containers, f"--gpus={UUID}", "--cells-per-gpu=2")
    place = Place(containers.server, 0, Level.USERNS, GPU)
    other = replace(place, gpu=replace(GPU, uuid="GPU-1"))
    container = Container.of(load(environment=os.environ))
    try:
        for asked, status in ((place, 201), (other, 403)):
            body = container.request(asked, "agent", attached=True)
            assert ask(gate, "POST", "/containers/create?name=test", body)[0] == status
    finally:
        gate.shut()


def test_a_server_without_its_gpus_serves_all_other_runs(start: Callable[..., Server]) -> None:
    server = start(gpus=UUID)
    server.wait_until("/readyz")
    assert grades(server)
    # Who asks for one is told so at once (gpu_wait).
    wait_for(lambda: httpx.get(f"{server.url}/readyz").json()["gpu_cells"]["failed"])
    refused = httpx.post(
        f"{server.url}{REST}/runs",
        json={"run_spec": {"language_id": "python3", "sourcecode": "", "parameters": {"gpu": 1}}},
    )
    assert refused.status_code == httpx.codes.BAD_REQUEST
