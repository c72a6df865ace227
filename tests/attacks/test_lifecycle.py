"""Cells that are killed, closed or orphaned: nothing stays, and no fault of ours is a verdict."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from jobe_torch.backends.base import CellLost
from jobe_torch.backends.local import LocalCell
from jobe_torch.cell.seccomp import REFUSED
from jobe_torch.cell.wire import Clock, Report
from tests import census
from tests.absent import absent
from tests.attacks.oracle import Watched
from tests.cells import LANES, Bench, Program, open_bench

pytestmark = pytest.mark.cell

_SLEEPER = Program(
    b"import time\nprint('started', flush=True)\ntime.sleep(60)\n", limits={"cputime": 2}
)
"""Its right verdict is a time-out, after four seconds."""
_HELLO = Program(b"print('hello')\n")


@pytest.fixture
def bench() -> Iterator[Bench]:
    yield from open_bench(*LANES)


def _wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "that never came true"
        time.sleep(0.02)


def _is_sleeping(bench: Bench) -> bool:
    """Whether the sleeper's own sleep has begun: a process that waits on the clock."""
    return any(_waits_on("nanosleep", pid) for pid in census.tree(bench.roots))


def _waits_on(call: str, pid: int) -> bool:
    with suppress(OSError):
        return call in Path(f"/proc/{pid}/wchan").read_text()
    return False


def _gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_close_in_mid_run_ends_everything_and_tells_the_run(bench: Bench) -> None:
    with ThreadPoolExecutor() as pool:
        running = pool.submit(bench.run, _SLEEPER)
        _wait_until(lambda: _is_sleeping(bench))
        pids = list(census.tree(bench.roots))
        bench.close()
        assert _gone(pids)
        with pytest.raises(CellLost) as lost:
            running.result()
    assert lost.value.started


def test_close_is_idempotent_and_an_ended_cell_says_so(bench: Bench) -> None:
    pids = list(census.tree(bench.roots))
    bench.close()
    bench.close()
    assert _gone(pids)
    assert not bench.cell.alive()
    with pytest.raises(CellLost) as lost:
        bench.run(_HELLO)
    assert not lost.value.started


@pytest.mark.parametrize("victim", range(5))
def test_idle_cell_that_loses_a_process_answers_right_or_is_given_up(
    bench: Bench, victim: int
) -> None:
    pids = list(census.tree(bench.roots))
    os.kill(pids[victim], signal.SIGKILL)
    time.sleep(0.2)
    answer = _answer(bench, _HELLO)
    if isinstance(answer, CellLost):
        assert not answer.started
    else:
        assert answer.run
        assert (answer.run.stdout, answer.run.signal) == (b"hello\n", None)


def _answer(bench: Bench, program: Program, *, warm: bool = True) -> Report | CellLost:
    try:
        return bench.run(program, warm=warm)
    except CellLost as lost:
        return lost


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("victim", range(5))
def test_run_whose_keeper_is_killed_gets_its_own_verdict_or_none(
    bench: Bench, victim: int, *, warm: bool
) -> None:
    with ThreadPoolExecutor() as pool:
        running = pool.submit(_answer, bench, _SLEEPER, warm=warm)
        _wait_until(lambda: _is_sleeping(bench))
        pids = list(census.tree(bench.roots))
        if _waits_on("nanosleep", pids[victim]):
            pytest.skip("this one is the run itself, whose end is a fact about the run")
        os.kill(pids[victim], signal.SIGKILL)
        answer = running.result(timeout=30)
    if isinstance(answer, CellLost):
        assert answer.started
    else:
        assert answer.run
        assert (answer.run.timed_out, answer.run.stdout) == (Clock.WALL, b"started\n")


_SERVER = """
import sys
from tests.cells import LANES, open_bench
from tests.attacks.test_lifecycle import _SLEEPER
for bench in open_bench(*LANES):
    print(*bench.roots, flush=True)
    bench.run(_SLEEPER)
"""


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM], ids=lambda s: s.name)
def test_server_that_dies_in_mid_run_leaves_no_process(stop: signal.Signals) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert server.stdout
    roots = [int(word) for word in server.stdout.readline().split()]
    assert roots
    _wait_until(lambda: any(_waits_on("nanosleep", pid) for pid in census.tree(roots)))
    pids = list(census.tree(roots))
    server.send_signal(stop)
    server.communicate()
    _wait_until(lambda: _gone(pids))


def test_cells_come_and_go_without_a_trace(watched: Watched) -> None:
    descriptors = []
    for _ in range(5):  # the first ones leave connections to the engine that the next ones use
        neighbour = watched.bench.neighbour()
        neighbour.run(_HELLO)
        neighbour.close()
        descriptors.append(census.own_descriptors())
    assert descriptors[3] == descriptors[4]
    watched.assert_nothing_stayed()


_TAKES_ALL = """
import os, sys
for door in sys.argv[1:]:
    with open(door, "w") as pids:
        pids.write(str(os.getpid()))
with open("/proc/self/oom_score_adj", "w") as score:
    score.write("1000")
blocks = [bytearray(b"x") * (64 << 20) for _ in range(100)]
"""


def test_a_kill_for_memory_between_two_runs_is_not_the_next_ones(bench: Bench) -> None:
    if not isinstance(bench.cell, LocalCell) or bench.cell._group is None:
        absent("no control group can be made here")
    else:
        bench.run(_HELLO)
        other = [sys.executable, "-c", _TAKES_ALL, *bench.cell._group.doors]
        assert subprocess.run(other, check=False).returncode == -signal.SIGKILL
        for warm in (True, False):
            assert _outcome(bench.run(_HELLO, warm=warm)) == (b"hello\n", 0, False)


def _outcome(report: Report) -> tuple[bytes, int | None, bool]:
    assert report.run is not None
    return report.run.stdout, report.run.exit_code, report.run.out_of_memory


def test_a_cold_command_ignores_no_signal(bench: Bench) -> None:
    # Python ignores two, which an execve would hand on.
    job = _HELLO.job("signals", warm=False)
    step = replace(job.run, argv=("grep", "^Sig[BI]", "/proc/self/status"))
    report = bench.cell.run(replace(job, compile=None, run=step))
    stdout, exit_code, _ = _outcome(report)
    masks = [int(line.split()[1], 16) for line in stdout.splitlines()]
    of_c = 1 << 31 | 1 << 32  # posix_spawn(3), by which make starts us, has its own two ignored
    assert ([mask & ~of_c for mask in masks], exit_code) == ([0, 0], 0)


def test_each_call_on_the_list_is_refused(bench: Bench) -> None:
    library = ctypes.CDLL("libseccomp.so.2")
    numbers = {name: library.seccomp_syscall_resolve_name(name.encode()) for name in REFUSED}
    here = {name: number for name, number in numbers.items() if number >= 0}
    assert here
    # Without the filter, these arguments do no harm.
    program = f"""
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
for name, number in {here!r}.items():
    if libc.syscall(number, -1, -1, -1, -1, -1, -1) != -1 or ctypes.get_errno() != errno.EPERM:
        print(name)
"""
    for warm in (True, False):
        assert _outcome(bench.run(Program(program.encode()), warm=warm)) == (b"", 0, False)
