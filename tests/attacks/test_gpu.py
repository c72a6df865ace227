"""Attacks on a GPU: each gets the verdict it deserves, and the GPU is there for the next run."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator

import pynvml
import pytest

from jobe_torch.backends.base import CellLost
from jobe_torch.protocol.verdict import Verdict
from tests.absent import absent
from tests.attacks.canaries import Canaries
from tests.attacks.cases import GPU_CASES, Case
from tests.attacks.oracle import Watched, assert_answer
from tests.cells import LANES, Bench, Program, open_bench, open_gpu_bench

pytestmark = [pytest.mark.gpu, pytest.mark.cell]

# Not by names of settings: the server would not know them.
RUNS = int(os.environ.get("GPU_CHECK_SOAK_RUNS", "1000"))
SEED = int(os.environ.get("GPU_CHECK_SOAK_SEED", "1"))
SECONDS = float(os.environ.get("GPU_CHECK_PART_SECONDS", "0")) or 7000.0
_LAST_SECONDS = 60.0
"""To end in by itself."""
_HOSTILE_SHARE = 0.3
_ENOUGH = 20
"""Wrong answers to learn from."""
_MEMORY_SLACK_BYTES = 64 << 20
"""What one context may be larger than another."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    yield from open_gpu_bench()


@pytest.fixture(scope="module")
def watched(bench: Bench, canaries: Canaries) -> Watched:
    return Watched(bench, canaries, gpu=True)


@pytest.fixture(scope="module")
def used_bytes() -> Iterator[Callable[[], int]]:
    """Tells how much of the first GPU's memory is taken."""
    pynvml.nvmlInit()
    handle = pynvml.nvmlDeviceGetHandleByIndex(0)
    yield lambda: int(pynvml.nvmlDeviceGetMemoryInfo(handle).used)
    pynvml.nvmlShutdown()


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("case", GPU_CASES, ids=lambda case: case.id)
def test_attack_on_a_gpu_is_contained(watched: Watched, case: Case, *, warm: bool) -> None:
    if case.expected.needs_group and not watched.bench.in_group:
        absent("no control group can be made here, and no limit on a process contains this")
    try:
        assert_answer(watched.attack(case, warm=warm), case.expected)
        watched.assert_unharmed()
    except (AssertionError, CellLost):
        watched.renew()
        raise


def _run_of(bench: Bench, program: Program) -> tuple[bytes, bytes, int | None]:
    run = bench.run(program).run
    assert run
    return run.stdout, run.stderr, run.exit_code


def test_a_program_gives_the_same_a_hundred_times(bench: Bench) -> None:
    case = next(case for case in GPU_CASES if case.expected.row == "G11")
    answers = {_run_of(bench, Program(case.source)) for _ in range(100)}
    assert len(answers) == 1
    assert {(stderr, code) for _, stderr, code in answers} == {(b"", 0)}


def test_a_gpu_is_free_five_seconds_after_a_kernel_without_end(watched: Watched) -> None:
    """G02's own words; the bound is no matter of a busy machine."""
    case = next(case for case in GPU_CASES if case.id == "g02_endless_kernel")
    watched.attack(case, warm=True)
    began = time.monotonic()
    watched.assert_harmless_is_exact()
    assert time.monotonic() - began < 5


def test_a_cell_without_a_gpu_sees_none_and_says_nothing() -> None:
    """Where the driver's libraries are there, and its device files are not."""
    source = b"import torch, os\nprint(torch.cuda.is_available(), torch.cuda.device_count())\n"
    for plain in open_bench(*LANES):
        for warm in (True, False):
            run = plain.run(Program(source), warm=warm).run
            assert run
            assert (run.stdout, run.stderr) == (b"False 0\n", b"")


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_thousand_mixed_runs_lose_no_gpu(
    watched: Watched,
    used_bytes: Callable[[], int],
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    deadline = time.monotonic() + SECONDS - _LAST_SECONDS
    chance = random.Random(SEED)  # noqa: S311 - an order, no secret
    quick = [
        case
        for case in GPU_CASES
        if Verdict.TIME_LIMIT not in case.expected.outcome
        and case.id not in {"g08_compile", "g01_pinned_memory"}
    ]
    before = used_bytes()
    runs = hostile = 0
    wrong: list[str] = []
    while runs < RUNS and time.monotonic() < deadline and len(wrong) < _ENOUGH:
        runs += 1
        case = chance.choice(quick) if chance.random() < _HOSTILE_SHARE else None
        try:
            if case:
                hostile += 1
                assert_answer(watched.attack(case, warm=chance.random() < 0.9), case.expected)
            else:
                watched.assert_harmless_is_exact()
        except (AssertionError, CellLost) as error:
            wrong.append(f"{case.id if case else 'harmless'}: {str(error)[:500]}")
            watched.renew()
    watched.assert_nothing_stayed()
    after = used_bytes()
    facts = {
        "Runs": f"{runs} of {RUNS}",
        "Hostile": hostile,
        "Wrong": len(wrong),
        "VRAM used before": before,
        "VRAM used after": after,
    }
    for name, value in (*facts.items(), *(("Wrong answer", answer) for answer in wrong)):
        record_testsuite_property(name, value)
    assert hostile
    assert wrong == []
    assert abs(after - before) < _MEMORY_SLACK_BYTES
