from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cells import LANES, Bench, open_bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    yield from open_bench(*LANES)
