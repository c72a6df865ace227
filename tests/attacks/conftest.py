from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.canaries import Canaries, lay_out
from tests.attacks.oracle import Watched
from tests.cells import LANES, open_bench


@pytest.fixture(scope="session")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    with lay_out(tmp_path_factory.mktemp("canaries")) as laid_out:
        yield laid_out


@pytest.fixture(scope="session", params=LANES)
def watched(request: pytest.FixtureRequest, canaries: Canaries) -> Iterator[Watched]:
    for bench in open_bench(request.param):
        yield Watched(bench, canaries)
