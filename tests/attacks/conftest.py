from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.canaries import Canaries, lay_out
from tests.attacks.oracle import Watched
from tests.cells import DOCKER_LANES, LANES, open_bench


@pytest.fixture(scope="session")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    with lay_out(tmp_path_factory.mktemp("canaries")) as laid_out:
        yield laid_out


# Of containers the best level only: the jail's code is the same for all, and so are its levels.
@pytest.fixture(
    scope="session", params=[*LANES, pytest.param(DOCKER_LANES[0], marks=pytest.mark.docker)]
)
def watched(request: pytest.FixtureRequest, canaries: Canaries) -> Iterator[Watched]:
    for bench in open_bench(request.param):
        yield Watched(bench, canaries)
