"""A worn cell works until its successor is there, and never is there more than one cell more."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.fake import FakeBackend, FakeCell, succeed
from jobe_torch.cell.wire import Job, Report
from jobe_torch.config import Settings
from jobe_torch.pool import CellFault, Overloaded, Pool, SlotState
from jobe_torch.pool.extra import room_for
from jobe_torch.pool.waiter import Served
from tests.pool.jobs import job, output, until

CELLS = 2
RUNS = 8
SETTINGS = Settings(cells=CELLS, runs_per_cell=RUNS, wait_seconds=20.0)


class Errands:
    """The keeper's part, but the test says when each errand begins."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.stopped = False

    def do(self, errand: Callable[[], None], *, after_seconds: float = 0.0) -> None:
        """Keep it for later; how much later is the test's affair."""
        del after_seconds
        if not self.stopped:
            self.waiting.append(errand)

    def stop(self) -> None:
        """What has not begun never will."""
        self.stopped = True


class Start:
    """A start that ends when, and as, the test says."""

    def __init__(self) -> None:
        self.thread = threading.current_thread()
        self.well = True
        self.ended = threading.Event()

    def end(self, *, well: bool) -> None:
        """Let it end, and the errand that it is part of."""
        self.well = well
        self.ended.set()
        self.thread.join()


class Backend(FakeBackend):
    """Its cells have numbers, which no two may share."""

    def __init__(self) -> None:
        super().__init__()
        self.starting: dict[int, Start] = {}
        self.live: dict[int, FakeCell] = {}
        self.shared: list[int] = []
        self.at_rest = SimpleQueue[None]()
        """Told when an errand can do no more by itself."""

    def start_cell(self, slot: int) -> FakeCell:
        """Wait until the test ends the start."""
        if slot in self.starting or slot in self.numbers():
            self.shared.append(slot)
        start = self.starting[slot] = Start()
        self.at_rest.put(None)
        start.ended.wait(10)
        del self.starting[slot]
        if not start.well:
            raise BackendError("no memory")
        cell = self.live[slot] = super().start_cell(slot)
        return cell

    def close(self) -> None:
        """Cells come that nobody wants any more."""
        super().close()
        for start in tuple(self.starting.values()):
            start.end(well=True)

    def numbers(self) -> set[int]:
        """Of the cells that are open."""
        return {number for number, cell in self.live.items() if not cell.closed.is_set()}


class PoolMachine(RuleBasedStateMachine):
    """All orders in which runs, deaths, starts, failures and closings can happen."""

    def __init__(self) -> None:
        super().__init__()
        self.backend = Backend()
        self.errands = Errands()
        self.room = True
        self.running: list[Served] = []
        self.runs: Counter[str] = Counter()
        self.patches = ExitStack()
        self.patches.enter_context(patch("jobe_torch.pool.pool.Keeper", lambda _: self.errands))
        self.patches.enter_context(patch("jobe_torch.pool.pool.room_for", lambda _: self.room))
        self.pool = Pool(self.backend, SETTINGS)
        self.all_errands_are_done()

    def idle(self) -> list[FakeCell]:
        return [cell for slot in self.pool._idle if isinstance(cell := slot.live_cell(), FakeCell)]

    @precondition(lambda self: self.idle())
    @rule()
    def run_begins(self) -> None:
        served = self.pool._stand_in_line("", 1.0, lambda: False, again=False)
        self.running.append(served)
        self.runs[served.cell.name] += 1

    @precondition(lambda self: self.running)
    @rule(data=st.data(), lost=st.sampled_from([""] * 4 + ["it died"]))
    def run_ends(self, data: st.DataObject, *, lost: str) -> None:
        served = data.draw(st.sampled_from(self.running))
        self.running.remove(served)
        if lost and isinstance(served.cell, FakeCell):
            served.cell.die()
        self.pool._give_back(served, used=not lost, lost=lost)

    @precondition(lambda self: self.idle())
    @rule(count=st.integers(1, RUNS))
    def runs_come_and_go(self, count: int) -> None:
        for _ in range(count):
            if self.idle():
                self.run_begins()
                self.pool._give_back(self.running.pop(), used=True)

    @precondition(lambda self: self.idle())
    @rule(data=st.data())
    def idle_cell_dies(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.idle())).die()

    @precondition(lambda self: self.errands.waiting)
    @rule(data=st.data())
    def errand_begins(self, data: st.DataObject) -> None:
        self.begin(data.draw(st.integers(0, len(self.errands.waiting) - 1)))

    def begin(self, index: int) -> None:
        """Begin an errand and wait until it is done, or is starting a cell."""
        errand = self.errands.waiting.pop(index)

        def do() -> None:
            errand()
            self.backend.at_rest.put(None)

        threading.Thread(target=do).start()
        self.backend.at_rest.get()

    @precondition(lambda self: self.backend.starting == {})
    @rule()
    def all_errands_are_done(self) -> None:
        for _ in range(len(self.errands.waiting)):
            self.begin(0)
        for number in tuple(self.backend.starting):
            self.end_start(number, well=True)

    @precondition(lambda self: self.backend.starting)
    @rule(data=st.data(), well=st.sampled_from([True] * 4 + [False]))
    def start_ends(self, data: st.DataObject, *, well: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.backend.starting)))
        self.end_start(number, well=well)

    def end_start(self, number: int, *, well: bool) -> None:
        self.backend.starting[number].end(well=well)
        self.backend.at_rest.get()

    @rule(room=st.booleans())
    def memory_changes(self, *, room: bool) -> None:
        self.room = room

    @invariant()
    def there_is_at_most_one_cell_more(self) -> None:
        assert not self.backend.shared
        assert len(self.backend.numbers()) + len(self.backend.starting) <= CELLS + 1

    @invariant()
    def a_slot_has_one_cell_at_work(self) -> None:
        idle, busy = (
            Counter(map(id, self.pool._idle)),
            Counter(id(one.slot) for one in self.running),
        )
        for slot in self.pool._slots:
            assert idle[id(slot)] == (slot.state is SlotState.READY)
            assert busy[id(slot)] == (slot.state is SlotState.BUSY)
        assert all(one.slot.cell is one.cell for one in self.running)

    @invariant()
    def no_cell_has_more_runs_than_it_may(self) -> None:
        assert all(count <= RUNS for count in self.runs.values())

    def teardown(self) -> None:
        """Every slot gets a cell again, if there is time; and then nothing is left."""
        try:
            if sum(self.runs.values()) % 2:
                self.all_get_cells()
        finally:
            self.pool.drain(0)
            self.patches.close()
        assert all(cell.closed.is_set() for cell in self.backend.cells)
        assert not self.backend.starting

    def all_get_cells(self) -> None:
        for served in self.running:
            self.pool._give_back(served, used=True)
        for number in tuple(self.backend.starting):
            self.end_start(number, well=True)
        for _ in range(5):
            self.all_errands_are_done()
        assert self.pool.status().count(SlotState.READY) == CELLS
        assert len(self.backend.numbers()) == CELLS
        assert self.pool._extra.is_free()


TestPoolMachine = PoolMachine.TestCase


Begin = Callable[[str], Future[Report]]


class Held:
    """Starts wait from the second cell on, until they are let go."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.open = threading.Event()
        self.fails = False

    def __call__(self, number: int) -> None:
        self.begun.append(number)
        if len(self.begun) > 1:
            self.open.wait(10)
            if self.fails:
                raise BackendError("no memory")


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def backend(held: Held) -> FakeBackend:
    return FakeBackend(start=held)


@pytest.fixture
def pool(backend: FakeBackend, held: Held) -> Iterator[Pool]:
    pool = Pool(backend, msgspec.structs.replace(SETTINGS, cells=1))
    until(lambda: pool.status().serving)
    yield pool
    held.open.set()
    pool.drain(0)


def use_up(pool: Pool, runs: int) -> set[str]:
    return {output(pool.run(job())) for _ in range(runs)}


def test_a_worn_cell_works_while_its_successor_warms_up(
    pool: Pool, backend: FakeBackend, held: Held
) -> None:
    use_up(pool, RUNS - RUNS // 4)
    until(lambda: held.begun == [0, 1])
    assert use_up(pool, 1) == {"fake-0-0"}
    held.open.set()
    until(backend.cells[0].closed.is_set)
    assert use_up(pool, 1) == {"fake-1-1"}
    assert pool.status().slots[0].runs == 1


def test_a_worn_cell_is_never_used_beyond_its_runs(
    pool: Pool, backend: FakeBackend, held: Held
) -> None:
    assert use_up(pool, RUNS) == {"fake-0-0"}
    assert pool.status().count(SlotState.WARMING) == 1
    assert not backend.cells[0].closed.is_set()
    threading.Timer(0.05, held.open.set).start()
    assert use_up(pool, 1) == {"fake-1-1"}


def test_a_successor_has_a_successor(pool: Pool, backend: FakeBackend, held: Held) -> None:
    held.open.set()
    for number in range(3):
        use_up(pool, RUNS - RUNS // 4)
        until(backend.cells[number].closed.is_set)
    assert held.begun[:4] == [0, 1, 0, 1]


class TestARunIsAtWorkWhenTheSuccessorIsReady:
    """The run ends where it began; what becomes of the worn cell then."""

    @pytest.fixture
    def go_on(self) -> threading.Event:
        return threading.Event()

    @pytest.fixture
    def backend(self, held: Held, go_on: threading.Event) -> FakeBackend:
        def play(cell: FakeCell, job: Job) -> Report:
            if job.id in {"long", "deadly"}:
                while not go_on.wait(0.005) and not cell.closed.is_set():
                    pass
            if job.id == "deadly":
                raise CellLost("agent died", started=True)
            return succeed(cell, job)

        return FakeBackend(play, start=held)

    @pytest.fixture
    def begin(self, pool: Pool, held: Held) -> Iterator[Begin]:
        with ThreadPoolExecutor() as clients:

            def begin(name: str) -> Future[Report]:
                use_up(pool, RUNS - RUNS // 4)
                run = clients.submit(pool.run, job(name))
                until(lambda: pool.status().count(SlotState.BUSY) == 1)
                held.open.set()
                until(lambda: pool.status().cells_started == 2)
                return run

            yield begin

    def test_it_ends_well(
        self, pool: Pool, backend: FakeBackend, begin: Begin, go_on: threading.Event
    ) -> None:
        run = begin("long")
        assert not backend.cells[0].closed.is_set()
        go_on.set()
        assert output(run.result()) == "fake-0-0"
        assert use_up(pool, 1) == {"fake-1-1"}

    def test_its_cell_is_lost(self, pool: Pool, begin: Begin, go_on: threading.Event) -> None:
        run = begin("deadly")
        go_on.set()
        assert isinstance(run.exception(), CellFault)
        assert use_up(pool, 1) == {"fake-1-1"}

    def test_the_server_ends(self, pool: Pool, backend: FakeBackend, begin: Begin) -> None:
        run = begin("long")
        pool.drain(0)
        assert isinstance(run.exception(), Overloaded)
        assert [cell.closed.is_set() for cell in backend.cells] == [True, True]


def test_without_memory_for_one_more_the_worn_cell_is_closed_first(
    pool: Pool, backend: FakeBackend, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobe_torch.pool.pool.room_for", lambda _bytes: False)
    use_up(pool, RUNS)
    until(lambda: held.begun == [0, 0])
    assert backend.cells[0].closed.is_set()


def test_a_successor_that_cannot_start_costs_the_worn_cell_no_run(pool: Pool, held: Held) -> None:
    held.fails = True
    held.open.set()
    use_up(pool, RUNS - RUNS // 4)
    until(lambda: pool.status().start_failures == 1)
    assert use_up(pool, RUNS // 4 - 1) == {"fake-0-0"}
    held.fails = False
    use_up(pool, 1)
    assert use_up(pool, 1) == {"fake-0-1"}
    assert held.begun == [0, 1, 0], "one try for each cell"


def test_a_gpu_is_never_had_by_two_cells(held: Held, backend: FakeBackend) -> None:
    pool = Pool(backend, SETTINGS, gpu_slots=range(7, 8))
    use_up(pool, RUNS)
    until(lambda: held.begun == [7, 7])
    assert backend.cells[0].closed.is_set()
    held.open.set()
    pool.drain(0)


def test_a_server_that_ends_orders_no_successors(pool: Pool, held: Held) -> None:
    use_up(pool, RUNS - RUNS // 4 - 1)
    served = pool._stand_in_line("", 1.0, lambda: False, again=False)
    with ThreadPoolExecutor() as threads:
        draining = threads.submit(pool.drain, 10)
        until(lambda: pool.status().draining)
        pool._give_back(served, used=True)
        draining.result(10)
    assert held.begun == [0]


@pytest.mark.parametrize(("times", "enough"), [(0.4, True), (0.6, False)])
def test_room_is_twice_what_a_cell_takes(times: float, *, enough: bool) -> None:
    meminfo = Path("/proc/meminfo").read_text()
    kilobytes = int(meminfo.partition("MemAvailable:")[2].split()[0])
    assert room_for(int(times * kilobytes * 1024)) is enough
