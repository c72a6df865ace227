from __future__ import annotations

import pytest

from jobe_torch.cell.wire import Limits
from jobe_torch.protocol.errors import BadRequest
from jobe_torch.protocol.limits import MB, Bounds, Defaults, Wanted, compile_limits, run_limits

BOUNDS = Bounds(
    cpu_seconds=120,
    memory_bytes=3000 * MB,
    file_bytes=100 * MB,
    stream_bytes=10 * MB,
    processes=64,
)


def test_a_megabyte_is_the_references() -> None:
    assert MB == 1_024_000


def test_who_asks_for_nothing_gets_the_defaults() -> None:
    assert run_limits(Wanted(), Defaults(), BOUNDS) == Limits(
        cpu_seconds=5,
        wall_seconds=10,
        memory_bytes=400 * MB,
        file_bytes=20 * MB,
        stream_bytes=2 * MB,
        processes=30,
    )


def test_what_is_asked_for_replaces_the_defaults() -> None:
    wanted = Wanted(
        cpu_seconds=0.5, memory_bytes=MB, file_bytes=2 * MB, stream_bytes=3 * MB, processes=4
    )
    assert run_limits(wanted, Defaults(), BOUNDS) == Limits(
        cpu_seconds=0.5,
        wall_seconds=1,
        memory_bytes=MB,
        file_bytes=2 * MB,
        stream_bytes=3 * MB,
        processes=4,
    )


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(
            Wanted(memory_bytes=10**12, file_bytes=10**12, stream_bytes=10**12, processes=10**9),
            id="more than there is",
        ),
        pytest.param(
            Wanted(memory_bytes=0, file_bytes=-1, stream_bytes=10**12, processes=10**9),
            id="no limit",
        ),
    ],
)
def test_the_server_gives_no_more_than_its_bounds(wanted: Wanted) -> None:
    limits = run_limits(wanted, Defaults(), BOUNDS)
    assert limits.memory_bytes == BOUNDS.memory_bytes
    assert limits.file_bytes == BOUNDS.file_bytes
    assert limits.stream_bytes == BOUNDS.stream_bytes
    assert limits.processes == BOUNDS.processes


def test_a_stream_of_nothing_is_possible() -> None:
    assert run_limits(Wanted(stream_bytes=0), Defaults(), BOUNDS).stream_bytes == 0


@pytest.mark.parametrize(("asked", "run"), [(0, 0), (MB, MB), (10**12, BOUNDS.memory_bytes)])
def test_a_compiled_program_may_reserve_what_it_does_not_use(asked: int, run: int) -> None:
    defaults = Defaults(may_reserve=True)
    limits = run_limits(Wanted(memory_bytes=asked), defaults, BOUNDS)
    assert limits.memory_bytes == run
    least = 500 * MB if asked == MB else BOUNDS.memory_bytes
    assert compile_limits(limits, BOUNDS).memory_bytes == least


@pytest.mark.parametrize("processes", [0, -1])
def test_a_run_without_a_process_is_refused(processes: int) -> None:
    with pytest.raises(BadRequest, match="parameter 'numprocs' must be at least 1"):
        run_limits(Wanted(processes=processes), Defaults(), BOUNDS)


def test_a_language_may_need_processes_and_mind_its_own_memory() -> None:
    defaults = Defaults(processes=50, least_processes=40, ignores_memory=True)
    limits = run_limits(Wanted(processes=3, memory_bytes=MB), defaults, BOUNDS)
    assert limits.processes == 40
    assert limits.memory_bytes == BOUNDS.memory_bytes


def test_compiling_has_minima() -> None:
    wanted = Wanted(cpu_seconds=0.1, memory_bytes=MB, file_bytes=MB, stream_bytes=MB, processes=1)
    run = run_limits(wanted, Defaults(), BOUNDS)
    assert compile_limits(run, BOUNDS) == Limits(
        cpu_seconds=2,
        wall_seconds=4,
        memory_bytes=500 * MB,
        file_bytes=20 * MB,
        stream_bytes=MB,
        processes=5,
    )


def test_compiling_gets_what_the_run_gets_where_that_is_more() -> None:
    wanted = Wanted(cpu_seconds=9, memory_bytes=900 * MB, file_bytes=50 * MB, processes=20)
    run = run_limits(wanted, Defaults(), BOUNDS)
    assert compile_limits(run, BOUNDS) == run


def test_the_minima_of_compiling_stay_within_the_bounds() -> None:
    bounds = Bounds(memory_bytes=100 * MB, file_bytes=MB, processes=2)
    run = run_limits(Wanted(), Defaults(), bounds)
    limits = compile_limits(run, bounds)
    assert (limits.memory_bytes, limits.file_bytes, limits.processes) == (100 * MB, MB, 2)
