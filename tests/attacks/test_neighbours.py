"""What one cell suffers, the next one does not feel."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobe_torch.cell.wire import Clock
from jobe_torch.languages.python3 import PYTHON3
from jobe_torch.protocol.result import judge
from jobe_torch.protocol.verdict import Verdict
from tests.absent import absent
from tests.attacks.cases import CASES
from tests.attacks.oracle import Watched
from tests.cells import Bench, Program

pytestmark = pytest.mark.cell

_BY_ID = {case.id: case for case in CASES}
_GREEDY = (
    "m01_stepwise",
    "m01_small_objects",
    "m02_children_share",
    "m04_fills_tmpfs",
    "p01_fork_bomb",
    "p02_thread_bomb",
    "o01_gigabyte_of_stdout",
    "f02_inode_flood",
    "n02_our_own_ports",
)
_NEAR_ITS_LIMIT = Program(
    b"import time\n"
    b"blocks = []\n"
    b"while time.process_time() < 1:\n"
    b"    blocks = []\n"
    b"    blocks = [b'x' * (10 << 20) for _ in range(25)]\n"
    b"print(sum(map(len, blocks)))\n",
    limits={"memorylimit": 300, "cputime": 3},
)


@pytest.fixture
def neighbour(watched: Watched) -> Iterator[Bench]:
    bench = watched.bench.neighbour()
    yield bench
    bench.close()


@pytest.mark.parametrize("attack", _GREEDY)
def test_neighbour_near_its_own_limit_succeeds(
    watched: Watched, neighbour: Bench, attack: str
) -> None:
    if _BY_ID[attack].expected.needs_group and not watched.bench.in_group:
        absent("no control group can be made here")
    with ThreadPoolExecutor() as pool:
        attacking = pool.submit(watched.attack, _BY_ID[attack], warm=True)
        result = judge(neighbour.run(_NEAR_ITS_LIMIT), PYTHON3)
        attacking.result()
    assert (result.outcome, result.stdout) == (Verdict.SUCCESS, f"{25 * (10 << 20)}\n"), result


@pytest.mark.parametrize("attack", [case.id for case in CASES if case.expected.needs_group])
def test_next_run_does_not_pay_for_memory_that_the_last_one_took(
    watched: Watched, attack: str
) -> None:
    """The kernel may give it back late: after the processes are gone."""
    if not watched.bench.in_group:
        absent("no control group can be made here")
    for _ in range(10):
        watched.attack(_BY_ID[attack], warm=True)
        watched.assert_harmless_is_exact()


def test_busy_machine_is_no_reason_for_a_time_out(watched: Watched, neighbour: Bench) -> None:
    """More runs than processors: each has its CPU seconds, however long that takes."""
    work = Program(
        b"import time\nwhile time.process_time() < 1.5:\n    pass\nprint('done')\n",
        limits={"cputime": 2},
    )
    third = neighbour.neighbour()
    benches = [watched.bench, neighbour, third]
    try:
        with ThreadPoolExecutor() as pool:
            outcomes = [report.run for report in pool.map(lambda bench: bench.run(work), benches)]
    finally:
        third.close()
    assert [(run.timed_out, run.stdout) for run in outcomes if run] == [(None, b"done\n")] * 3


def test_busy_machine_does_not_save_an_endless_loop(watched: Watched, neighbour: Bench) -> None:
    loop = Program(b"while True: pass", limits={"cputime": 1})
    with ThreadPoolExecutor() as pool:
        outcomes = [r.run for r in pool.map(lambda b: b.run(loop), (watched.bench, neighbour))]
    assert [run.timed_out for run in outcomes if run] == [Clock.CPU, Clock.CPU]
