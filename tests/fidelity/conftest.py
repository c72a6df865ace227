from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cells import DOCKER_LANES, LANES, Bench, Program, open_bench


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


@pytest.fixture(scope="session")
def python_version(bench: Bench) -> tuple[int, ...]:
    """Of the cell's runs: major and minor."""
    run = bench.run(Program(b"import sys; print(*sys.version_info[:2])"), warm=False).run
    assert run is not None
    return tuple(int(number) for number in run.stdout.split())
