from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.docker import DockerBackend
from jobe_torch.cell.jail import Level
from tests.absent import absent
from tests.cells import open_docker
from tests.conftest import Server
from tests.docker.engine import Containers
from tests.docker.gate import Gate

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.docker)


@pytest.fixture(scope="session")
def backend() -> Iterator[DockerBackend]:
    """Containers of the best level."""
    try:
        backend = open_docker(Level.USERNS)
    except BackendError as error:
        absent(f"containers (make images): {error}")
    yield backend
    backend.close()


@pytest.fixture
def containers(backend: DockerBackend, request: pytest.FixtureRequest) -> Iterator[Containers]:
    """The containers of a server of this test's own."""
    del backend  # only that there is an engine with our image
    containers = Containers(f"test-{os.getpid()}-{zlib.crc32(request.node.nodeid.encode()):x}")
    yield containers
    containers.close()


@pytest.fixture
def start(start_server: Callable[..., Server], containers: Containers) -> Callable[..., Server]:
    """Starts a server with one container."""

    def start(**flags: object) -> Server:
        return start_server(
            **{"backend": "docker", "cells": 1, "docker_name": containers.server, **flags}
        )

    return start


@pytest.fixture
def gate(tmp_path: Path, containers: Containers) -> Iterator[Gate]:
    gate = Gate(tmp_path, containers)
    yield gate
    gate.shut()
