"""The scripted backend keeps the promises of the interface, so tests over it mean something."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobe_torch.backends.base import Backend, BackendError, Cell, CellLost
from jobe_torch.backends.fake import FakeBackend, FakeCell, report
from jobe_torch.cell.wire import Job, Limits, Report, Step

LIMITS = Limits(
    cpu_seconds=1, wall_seconds=2, memory_bytes=0, file_bytes=-1, stream_bytes=1, processes=1
)
JOB = Job(id="7", files=(), stdin=b"", compile=None, run=Step(("true",), LIMITS))


def test_it_is_a_backend() -> None:
    backend: Backend = FakeBackend()
    cell: Cell = backend.start_cell(3)
    assert cell.alive()
    assert cell.ready.jail == "userns"
    assert cell.run(JOB).id == JOB.id
    assert backend.check() is None
    backend.close()
    assert backend.check() == "closed"


def test_names_are_unique() -> None:
    backend = FakeBackend()
    assert len({backend.start_cell(slot).name for slot in (0, 0, 1)}) == 3


def test_a_start_can_fail() -> None:
    def start(slot: int) -> None:
        raise BackendError(f"no room for {slot}")

    with pytest.raises(BackendError, match="no room for 5"):
        FakeBackend(start=start).start_cell(5)


def test_a_dead_cell_is_lost_before_the_run_starts() -> None:
    cell = FakeBackend().start_cell(0)
    cell.die()
    assert not cell.alive()
    with pytest.raises(CellLost) as lost:
        cell.run(JOB)
    assert not lost.value.started
    assert not cell.jobs


def test_closing_ends_a_run_from_another_thread() -> None:
    begun = threading.Event()

    def play(cell: FakeCell, job: Job) -> Report:
        begun.set()
        cell.closed.wait(10)
        return report(job)

    cell = FakeBackend(play).start_cell(0)
    with ThreadPoolExecutor(1) as executor:
        run = executor.submit(cell.run, JOB)
        assert begun.wait(10)
        cell.close()
        cell.close()
        with pytest.raises(CellLost) as lost:
            run.result(10)
    assert lost.value.started
    assert not cell.alive()
