from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cells import DOCKER_LANES, LANES, Bench, open_bench


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(LANES, id="local"),
        pytest.param(DOCKER_LANES, id="docker", marks=pytest.mark.docker),
    ],
)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    yield from open_bench(*request.param)


@pytest.fixture(scope="session")
def neighbour(bench: Bench) -> Iterator[Bench]:
    neighbour = bench.neighbour()
    yield neighbour
    neighbour.close()
