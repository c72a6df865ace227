from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.docker import DockerBackend
from jobe_torch.cell.jail import Level
from tests.absent import absent
from tests.cells import open_docker

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
