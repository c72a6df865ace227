"""A warm run cannot be told from a cold one: each sample, run both ways, gives the same bytes.

What cannot be equal is listed in docs/fidelity.md, and no sample looks at it.
"""

from __future__ import annotations

import pytest

from jobe_torch.cell.wire import Report
from jobe_torch.protocol.limits import MB
from tests.cells import Bench, Program
from tests.fidelity.samples import FOLDER, SAMPLES, Sample
from tests.fidelity.twins import assert_same, run_twins

pytestmark = pytest.mark.cell

_WRITTEN_FOR = (3, 11)
"""The Python that does what the samples' descriptions say."""


def test_whatever_lies_beside_the_programs_belongs_to_one() -> None:
    beside = {path.stem for path in FOLDER.iterdir() if path.suffix in {".toml", ".d"}}
    assert beside <= {sample.id for sample in SAMPLES}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_warm_is_cold(
    bench: Bench, neighbour: Bench, python_version: tuple[int, ...], sample: Sample
) -> None:
    cold, warm = run_twins(bench, sample.program, neighbour)
    assert warm.warm == (not sample.starts_cold)
    if python_version > sample.last_python:  # docs/fidelity.md says why
        with pytest.raises(AssertionError):
            assert_same(cold, warm)
        return
    assert_same(cold, warm)
    if python_version == _WRITTEN_FOR:  # newer ones warn of more, and forbid more
        assert (_failed(cold), _silent(cold)) == (sample.fails, sample.silent)


def _failed(report: Report) -> bool:
    run = report.run
    return run is None or run.exit_code != 0 or run.stderr != b""


def _silent(report: Report) -> bool:
    run = report.run
    return run is not None and not run.stdout and not run.stderr


_UNSEEDED = {
    "random": "import random; print(random.random())",
    "numpy": "import numpy; print(numpy.random.rand(2))",
    "numpy-generator": "import numpy; print(numpy.random.default_rng().random())",
    "sympy": "from sympy.core.random import rng; print(rng.random())",
    "torch": "import torch; print(torch.rand(2))",
    "torch-seed": "import torch; print(torch.initial_seed())",
    "torch-generator": "import torch; print(torch.Generator().seed())",
    "secrets": "import secrets; print(secrets.token_hex())",
    "uuid1": "import uuid; print(uuid.uuid1())",
    "uuid4": "import uuid; print(uuid.uuid4())",
    "authkey": "import multiprocessing as m; print(bytes(m.current_process().authkey))",
    "tempfile": "import tempfile; print(tempfile.mktemp())",
    "getpid-salt": "import random; random.seed(); print(random.getrandbits(64))",
    "data-loader": (
        "import torch; from torch.utils.data import DataLoader; "
        "print([int(x) for x in DataLoader(range(50), shuffle=True)])"
    ),
}


@pytest.mark.parametrize("source", _UNSEEDED.values(), ids=_UNSEEDED.keys())
def test_generators_without_a_seed_differ_between_warm_runs(bench: Bench, source: str) -> None:
    reports = [bench.run(Program(source.encode())) for _ in range(3)]
    said = [report.run.stdout for report in reports if report.run]
    assert all(said)
    assert len(set(said)) == 3


def test_state_set_by_one_run_is_unknown_to_the_next(bench: Bench) -> None:
    program = Program(
        b"import builtins, os, sys, torch\n"
        b"print(hasattr(builtins, 'x'), 'X' in os.environ, torch.initial_seed() == 5, sys.argv)\n"
        b"builtins.x = 1; os.environ['X'] = '1'; torch.manual_seed(5); sys.argv.append('x')\n"
    )
    reports = [bench.run(program) for _ in range(3)]
    assert {report.run.stdout for report in reports if report.run} == {
        b"False False False ['prog.py']\n"
    }


_OBSERVED = {"HOME", "LANG", "MPLCONFIGDIR", "OPENBLAS_NUM_THREADS", "PATH", "PWD"}
"""All of the environment of a run of a real Jobe."""


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_the_environment_has_what_the_references_has(bench: Bench, *, warm: bool) -> None:
    source = b"import os; print(*os.environ); print(os.environ.get('PWD') == os.getcwd())"
    run = bench.run(Program(source), warm=warm).run
    assert run is not None
    names, same_place = run.stdout.decode().splitlines()
    assert (_OBSERVED - set(names.split()), same_place) == (set(), "True")


_WARNS = "".join(f"'Größe {number}' is 5\n" for number in range(400)).encode()


@pytest.mark.parametrize("kept_bytes", [0, 10, 1003, 1 << 20])
@pytest.mark.parametrize("source", [_WARNS, b"x = 'Gr\xc3\xb6\xc3\x9fe"], ids=["warns", "fails"])
def test_what_the_check_says_is_bounded_alike(bench: Bench, source: bytes, kept_bytes: int) -> None:
    program = Program(source, limits={"streamsize": kept_bytes / MB})
    cold, warm = run_twins(bench, program)
    assert_same(cold, warm)
    assert warm.compile_failed
    assert warm.compile is not None
    assert len(warm.compile.stderr) <= kept_bytes


def test_default_runs_are_warm_and_others_are_not(bench: Bench) -> None:
    assert bench.run(Program(b"print(1)")).warm
    assert not bench.run(Program(b"print(1)"), warm=False).warm
