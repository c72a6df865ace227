"""CPython's own tests as programs: they pass warm exactly where they pass cold."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobe_torch.cell.wire import Report
from tests.cells import Bench, Program

pytestmark = [pytest.mark.cell, pytest.mark.slow]

_DRIVER = (Path(__file__).parent / "driver.py").read_bytes()
_MARK = b"\n=== results ===\n"

_MODULES = """
    abc argparse array ast asyncgen atexit baseexception bisect bool builtin bytes cmath code
    collections compile complex configparser contextlib copy copyreg coroutines csv ctypes
    dataclasses deque descr dict doctest enum enumerate exception_group exceptions file fileio
    float fork1 fractions fstring functools gc generators grammar hashlib heapq import inspect
    int io iter json linecache list logging math operator os pathlib patma pickle pprint print
    queue random range re reprlib runpy scope select set shutil signal slice socket sqlite3
    statistics string struct subprocess super syntax sys tempfile textwrap thread threading time
    traceback tuple types typing unittest userdict wait4 warnings weakref weakset with zipimport
    zlib
""".split()  # noqa: SIM905 - a hundred quoted names are hard to read

_BOUND_TO_DIFFER = {
    # torch's import replaces inspect.getfile, and so adds a name to the module.
    "test.test_inspect.test_inspect.IsTestBase.test__all__",
    "test.test_inspect.test_inspect.TestInterpreterStack.test__all__",
    "test.test_inspect.test_inspect.TestPredicates.test__all__",
    "test.test_inspect.test_inspect.TestRetrievingSourceCode.test_getfile_class_without_module",
    # pickle asks each loaded module for a name, and some of torch's answer by an error.
    "test.test_pickle.DumpPickle_CLoadPickle.test_local_lookup_error",
    "test.test_pickle.PyPicklerTests.test_local_lookup_error",
    # typing_extensions, which torch imports, replaces a function that has a doctest.
    "typing._collect_parameters",
}
"""Tests that look at what an import of torch does to the standard library (docs/fidelity.md)."""


_COLD_WARM = (False, True)
_ATTEMPTS = 3
"""Tests of time and signals can fail on a busy machine; a difference of ours comes every time."""


@pytest.fixture(scope="module")
def cells(bench: Bench) -> Iterator[tuple[Bench, Bench]]:
    """A cell for the cold runs and one for the warm, whose interpreter has CPython's tests."""
    report = bench.run(Program(b"import test.support"), warm=False)
    if report.run is None or report.run.exit_code != 0:
        pytest.skip("the cell's interpreter comes without CPython's test package")
    neighbour = bench.neighbour()
    yield bench, neighbour
    neighbour.close()


def test_modules_are_many() -> None:
    assert len(set(_MODULES)) == len(_MODULES) == 100


@pytest.mark.timeout(900)
@pytest.mark.parametrize("module", _MODULES)
def test_module_passes_warm_where_it_passes_cold(cells: tuple[Bench, Bench], module: str) -> None:
    program = Program(
        _DRIVER,
        args=(f"test.test_{module}",),
        limits={"cputime": 120, "memorylimit": 2000, "disklimit": 200, "numprocs": 250},
    )
    for _ in range(_ATTEMPTS):
        with ThreadPoolExecutor() as pool:
            reports = pool.map(lambda cell, warm: cell.run(program, warm=warm), cells, _COLD_WARM)
            cold, warm = map(_results, reports)
        assert "success" in cold.values()
        if warm == cold:
            break
    assert warm == cold


def _results(report: Report) -> dict[str, str]:
    """The word for each test, by its name."""
    run = report.run
    assert run
    assert run.exit_code == 0, run
    lines = run.stdout.rpartition(_MARK)[2].decode().splitlines()
    words = (line.split("\t") for line in lines)
    return {name: word for word, name in words if name not in _BOUND_TO_DIFFER}
