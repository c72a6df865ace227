"""The pool over the fake backend: who gets a cell, and what becomes of cells."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec
import pytest
from structlog.testing import capture_logs

from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.fake import FakeBackend, FakeCell, Play, report, succeed
from jobe_torch.cell.wire import Job, Report
from jobe_torch.config import Settings
from jobe_torch.pool import CellFault, Overloaded, Pool, Refusal, SlotState
from tests.pool.jobs import job, output, until


class Gate:
    """A play whose runs wait until they are let go, or their cell is closed."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun: list[str] = []

    def __call__(self, cell: FakeCell, job: Job) -> Report:
        self.begun.append(job.id)
        while not self.open.wait(0.005) and not cell.closed.is_set():
            pass
        return report(job, stdout=job.id.encode())


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as executor:
        yield executor


@pytest.fixture
def make() -> Iterator[Callable[..., Pool]]:
    """Makes pools that end with the test."""
    pools = []
    before = set(threading.enumerate())

    def make(backend: FakeBackend, **settings: float) -> Pool:
        defaults = Settings(cells=1, wait_seconds=20.0)
        pools.append(Pool(backend, msgspec.structs.replace(defaults, **settings)))
        return pools[-1]

    yield make
    for pool in pools:
        pool.drain(0)
    after = set(threading.enumerate()) - before
    assert not [thread for thread in after if thread.name.startswith("keeper-")]


Make = Callable[..., Pool]


def test_a_run_waits_for_the_first_cell_to_be_ready(make: Make) -> None:
    warm = threading.Event()
    pool = make(FakeBackend(start=lambda _slot: warm.wait(10)))
    assert pool.status().count(SlotState.WARMING) == 1
    assert not pool.status().serving
    threading.Timer(0.05, warm.set).start()
    assert output(pool.run(job())) == "fake-0-0"
    assert pool.status().serving


def test_runs_are_spread_so_that_each_cell_has_time_to_prepare(make: Make) -> None:
    pool = make(FakeBackend(), cells=3)
    until(lambda: pool.status().count(SlotState.READY) == 3)
    assert [output(pool.run(job())) for _ in range(4)] == [
        "fake-0-0",
        "fake-1-1",
        "fake-2-2",
        "fake-0-0",
    ]


def test_slots_start_one_after_another(make: Make) -> None:
    starting: list[int] = []
    step = threading.Semaphore(0)

    def start(slot: int) -> None:
        starting.append(slot)
        step.acquire(timeout=10)

    pool = make(FakeBackend(start=start), cells=3)
    until(lambda: starting == [0])
    step.release()
    until(lambda: starting == [0, 1])
    assert [slot.state for slot in pool.status().slots] == [
        SlotState.READY,
        SlotState.WARMING,
        SlotState.WARMING,
    ]
    step.release(2)


def test_one_run_at_a_time_in_each_cell(make: Make, clients: ThreadPoolExecutor) -> None:
    inside: dict[str, int] = {}

    def play(cell: FakeCell, job: Job) -> Report:
        inside[cell.name] = inside.get(cell.name, 0) + 1
        assert inside[cell.name] == 1
        time.sleep(0.001)
        inside[cell.name] -= 1
        return report(job)

    pool = make(FakeBackend(play), cells=4)
    runs = [clients.submit(pool.run, job(f"{n}")) for n in range(200)]
    assert [run.result().id for run in runs] == [f"{n}" for n in range(200)]
    assert len(inside) == 4


def test_a_full_line_is_refused_at_once(make: Make, clients: ThreadPoolExecutor) -> None:
    gate = Gate()
    pool = make(FakeBackend(gate), line_length=2)
    runs = [clients.submit(pool.run, job())]
    until(lambda: gate.begun == ["job"])
    runs += [clients.submit(pool.run, job()) for _ in range(2)]
    until(lambda: pool.status().waiting == 2)
    with pytest.raises(Overloaded) as refusal:
        pool.run(job())
    assert refusal.value.reason is Refusal.LINE_FULL
    gate.open.set()
    assert all(run.result() for run in runs)


def test_a_flood_does_not_keep_another_key_out_of_the_line(
    make: Make, clients: ThreadPoolExecutor
) -> None:
    gate = Gate()
    pool = make(FakeBackend(gate), line_length=2)
    flood = [clients.submit(pool.run, job(), key="loud")]
    until(lambda: gate.begun == ["job"])
    flood += [clients.submit(pool.run, job(), key="loud") for _ in range(2)]
    until(lambda: pool.status().waiting == 2)
    quiet = clients.submit(pool.run, job("quiet"), key="quiet")
    until(lambda: any(run.done() for run in flood))
    gate.open.set()
    assert output(quiet.result()) == "quiet"
    refused = [run.exception() for run in flood if run.exception()]
    assert [error.reason for error in refused if isinstance(error, Overloaded)] == [
        Refusal.LINE_FULL
    ]
    assert gate.begun[:2] == ["job", "quiet"]


def test_a_wait_past_the_bound_is_refused_and_never_runs(
    make: Make, clients: ThreadPoolExecutor
) -> None:
    gate = Gate()
    pool = make(FakeBackend(gate), wait_seconds=0.05)
    first = clients.submit(pool.run, job("first"))
    until(lambda: gate.begun == ["first"])
    with pytest.raises(Overloaded) as refusal:
        pool.run(job("late"))
    assert refusal.value.reason is Refusal.WAITED
    assert pool.status().waiting == 0
    gate.open.set()
    assert first.result()
    assert output(pool.run(job("next"))) == "next"
    assert gate.begun == ["first", "next"]


def test_a_client_that_hangs_up_frees_its_place(make: Make, clients: ThreadPoolExecutor) -> None:
    gate = Gate()
    hung_up = threading.Event()
    pool = make(FakeBackend(gate), line_length=1)
    first = clients.submit(pool.run, job("first"))
    until(lambda: gate.begun == ["first"])
    leaver = clients.submit(pool.run, job("leaver"), gone=hung_up.is_set)
    until(lambda: pool.status().waiting == 1)
    hung_up.set()
    assert reason(leaver) is Refusal.CLIENT_GONE
    assert pool.status().waiting == 0
    gate.open.set()
    assert first.result()


def test_a_client_that_hung_up_unseen_gets_no_cell(
    make: Make, clients: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobe_torch.pool.waiter.LOOK_SECONDS", 60.0)
    gate = Gate()
    hung_up = threading.Event()
    pool = make(FakeBackend(gate))
    first = clients.submit(pool.run, job("first"))
    until(lambda: gate.begun == ["first"])
    leaver = clients.submit(pool.run, job("leaver"), gone=hung_up.is_set)
    until(lambda: pool.status().waiting == 1)
    hung_up.set()
    gate.open.set()
    assert reason(leaver) is Refusal.CLIENT_GONE
    assert first.result()
    assert output(pool.run(job("next"))) == "next"
    assert gate.begun == ["first", "next"]


def reason(run: Future[Report]) -> Refusal:
    error = run.exception(10)
    assert isinstance(error, Overloaded)
    return error.reason


def test_the_wait_is_told(make: Make) -> None:
    waits: list[float] = []
    pool = make(FakeBackend(start=lambda _slot: time.sleep(0.05)))
    pool.run(job(), waited=waits.append)
    pool.run(job(), waited=waits.append)
    assert waits[0] > 0.02 > waits[1]


def test_a_cell_lost_before_the_run_started_is_tried_again_elsewhere(make: Make) -> None:
    def play(cell: FakeCell, job: Job) -> Report:
        if cell.name == "fake-0-0":
            raise CellLost("agent fell silent", started=False)
        return succeed(cell, job)

    backend = FakeBackend(play)
    pool = make(backend, cells=2)
    until(lambda: pool.status().count(SlotState.READY) == 2)
    assert output(pool.run(job())) == "fake-1-1"
    until(lambda: pool.status().count(SlotState.READY) == 2)
    assert backend.cells[0].closed.is_set()
    assert pool.status().cells_lost == 1
    assert {slot.cell for slot in pool.status().slots} == {"fake-0-2", "fake-1-1"}


def test_a_run_that_lost_its_cell_goes_before_those_that_came_later(
    make: Make, clients: ThreadPoolExecutor
) -> None:
    lose = threading.Event()
    begun: list[str] = []

    def play(cell: FakeCell, job: Job) -> Report:
        begun.append(job.id)
        if cell.name == "fake-0-0":
            lose.wait(20)
            raise CellLost("agent fell silent", started=False)
        return succeed(cell, job)

    def start(_slot: int) -> None:
        # A real cell takes seconds to start: meanwhile the lost run is back in the line.
        if lose.is_set():
            until(lambda: pool.status().waiting == len(answers))

    pool = make(FakeBackend(play, start=start))
    answers = [clients.submit(pool.run, job("first"))]
    until(lambda: begun == ["first"])
    for name in ("second", "third"):
        answers.append(clients.submit(pool.run, job(name)))
        until(lambda: pool.status().waiting == len(answers) - 1)
    lose.set()
    assert all(answer.result() for answer in answers)
    assert begun == ["first", "first", "second", "third"]


@pytest.mark.parametrize(("started", "attempts"), [(True, 1), (False, 2)])
def test_a_run_is_never_repeated_after_it_started_nor_more_than_once(
    make: Make, *, started: bool, attempts: int
) -> None:
    tried: list[str] = []

    def play(cell: FakeCell, _job: Job) -> Report:
        tried.append(cell.name)
        raise CellLost("agent died", started=started)

    pool = make(FakeBackend(play), cells=3)
    until(lambda: pool.status().count(SlotState.READY) == 3)
    with pytest.raises(CellFault) as fault:
        pool.run(job())
    assert fault.value.reason is Refusal.CELL_LOST
    assert len(set(tried)) == len(tried) == attempts


def test_a_defect_under_a_run_costs_the_cell_and_nothing_else(make: Make) -> None:
    def play(cell: FakeCell, job: Job) -> Report:
        if cell.name == "fake-0-0":
            raise ZeroDivisionError
        return succeed(cell, job)

    pool = make(FakeBackend(play))
    with pytest.raises(ZeroDivisionError):
        pool.run(job())
    assert output(pool.run(job())) == "fake-0-1"


def test_an_idle_cell_that_died_is_not_used(make: Make) -> None:
    backend = FakeBackend()
    pool = make(backend)
    until(lambda: pool.status().count(SlotState.READY) == 1)
    backend.cells[0].die()
    assert output(pool.run(job())) == "fake-0-1"


def test_an_idle_cell_that_died_is_replaced_without_a_run(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobe_torch.pool.pool.SWEEP_SECONDS", 0.01)
    backend = FakeBackend()
    pool = make(backend)
    until(lambda: pool.status().count(SlotState.READY) == 1)
    backend.cells[0].die()
    until(lambda: pool.status().slots[0].cell == "fake-0-1")
    assert backend.cells[0].closed.is_set()


def test_a_cell_is_replaced_after_its_runs(make: Make) -> None:
    backend = FakeBackend()
    pool = make(backend, runs_per_cell=2)
    names = [output(pool.run(job())) for _ in range(5)]
    # The second half of a name counts the cells.
    assert [name[-1] for name in names] == ["0", "0", "1", "1", "2"]
    until(lambda: [cell.closed.is_set() for cell in backend.cells] == [True, True, False])
    assert pool.status().cells_lost == 0


def test_cells_that_take_turns_do_not_wear_out_together(make: Make) -> None:
    pool = make(FakeBackend(), cells=2, runs_per_cell=4)
    runs: Counter[str] = Counter()
    while len(runs) < 6:
        until(lambda: pool.status().count(SlotState.READY) == 2)
        runs[output(pool.run(job()))] += 1
    # The second half of a name counts the cells.
    in_order = sorted(runs, key=lambda name: int(name.rpartition("-")[2]))
    assert [runs[name] for name in in_order][:4] == [2, 4, 4, 4]


def test_the_answer_does_not_wait_for_the_replacement(make: Make) -> None:
    started = threading.Semaphore(1)
    backend = FakeBackend(start=lambda _slot: started.acquire(timeout=10))
    pool = make(backend, runs_per_cell=1)
    assert output(pool.run(job())) == "fake-0-0"
    assert pool.status().count(SlotState.WARMING) == 1
    started.release()
    until(lambda: pool.status().count(SlotState.READY) == 1)


def test_a_slot_that_cannot_start_is_tried_again_after_a_growing_pause(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    failures = 4

    def start(_slot: int) -> None:
        if len(pauses) < failures:
            raise BackendError("no engine")

    pool = make(FakeBackend(start=lambda _slot: None))
    until(lambda: pool.status().count(SlotState.READY) == 1)
    do = pool._keeper.do

    def hurry(errand: Callable[[], None], *, after_seconds: float = 0.0) -> None:
        if after_seconds:
            pauses.append(after_seconds)
        do(errand)

    monkeypatch.setattr(pool._keeper, "do", hurry)
    monkeypatch.setattr("jobe_torch.pool.pool.SWEEP_SECONDS", 0.0)
    backend = pool._backend
    assert isinstance(backend, FakeBackend)
    monkeypatch.setattr(backend, "_start", start)
    backend.cells[0].die()
    assert output(pool.run(job())) == "fake-0-1"
    assert pauses == [1.0, 2.0, 4.0, 8.0]
    status = pool.status()
    assert status.start_failures == failures
    assert status.slots[0].error == ""


def test_the_log_tells_when_a_slot_has_a_cell_again_and_once_why_it_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jobe_torch.pool.slot.LONGEST_PAUSE_SECONDS", 0.0)
    failures = iter(["no engine", "no engine", "no image"])

    def start(_slot: int) -> None:
        if backend.cells and (failure := next(failures, "")):
            raise BackendError(failure)

    backend = FakeBackend(start=start)
    with capture_logs() as logs:
        pool = Pool(backend, Settings(runs_per_cell=2), gpu_slots=range(1))
        until(lambda: pool.status().cells_started == 1)
        backend.cells[0].die()
        pool.run(job())
        pool.run(job())  # and its cell, worn, is replaced without a word
        until(lambda: pool.status().cells_started == 3)
        pool.drain(0)
    assert [(line["event"], line.get("reason")) for line in logs] == [
        ("cell ready", None),
        ("cell lost", "it died while it was idle"),
        ("cell not started", "no engine"),
        ("cell not started", "no image"),
        ("cell ready", None),
    ]


def test_a_slot_that_failed_says_why(make: Make) -> None:
    def start(_slot: int) -> None:
        raise BackendError("no interpreter at /nowhere")

    pool = make(FakeBackend(start=start))
    until(lambda: pool.status().count(SlotState.FAILED) == 1)
    assert pool.status().slots[0].error == "no interpreter at /nowhere"
    assert not pool.status().serving


def test_a_backend_that_is_gone_takes_no_runs_though_its_cells_seem_well(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobe_torch.pool.pool.SWEEP_SECONDS", 0.005)
    backend = FakeBackend()
    pool = make(backend)
    until(lambda: pool.status().serving)
    backend.fault = "no engine"
    until(lambda: not pool.status().serving)
    assert pool.status().backend_fault == "no engine"
    assert pool.status().count(SlotState.READY) == 1
    backend.fault = None
    until(lambda: pool.status().serving)


class TestDrain:
    """SIGTERM: what is inside ends or is killed, and nothing is left."""

    def test_running_and_waiting_runs_end_and_newcomers_are_refused(
        self, make: Make, clients: ThreadPoolExecutor
    ) -> None:
        gate = Gate()
        backend = FakeBackend(gate)
        pool = make(backend)
        inside = [clients.submit(pool.run, job(f"{n}")) for n in range(3)]
        until(lambda: pool.status().waiting == 2 and len(gate.begun) == 1)
        drain = clients.submit(pool.drain, 20)
        until(lambda: pool.status().draining)
        with pytest.raises(Overloaded) as refusal:
            pool.run(job("newcomer"))
        assert refusal.value.reason is Refusal.DRAINING
        gate.open.set()
        drain.result(10)
        assert {output(run.result(0)) for run in inside} == {"0", "1", "2"}
        assert all(cell.closed.is_set() for cell in backend.cells)
        assert backend.closed.is_set()

    def test_what_outlives_the_time_is_killed(
        self, make: Make, clients: ThreadPoolExecutor
    ) -> None:
        gate = Gate()
        backend = FakeBackend(gate)
        pool = make(backend)
        running = clients.submit(pool.run, job("running"))
        until(lambda: gate.begun == ["running"])
        waiting = clients.submit(pool.run, job("waiting"))
        until(lambda: pool.status().waiting == 1)
        pool.drain(0.05)
        assert reason(running) is Refusal.DRAINING
        assert reason(waiting) is Refusal.DRAINING
        assert gate.begun == ["running"]
        assert backend.cells[0].closed.is_set()
        assert pool.status().count(SlotState.CLOSED) == 1

    def test_an_idle_pool_ends_at_once(self, make: Make) -> None:
        backend = FakeBackend()
        pool = make(backend, cells=3)
        until(lambda: pool.status().count(SlotState.READY) == 3)
        pool.drain(60)
        assert all(cell.closed.is_set() for cell in backend.cells)

    def test_a_second_call_shortens_the_first(
        self, make: Make, clients: ThreadPoolExecutor
    ) -> None:
        gate = Gate()
        pool = make(FakeBackend(gate))
        running = clients.submit(pool.run, job())
        until(lambda: gate.begun == ["job"])
        drain = clients.submit(pool.drain, 60)
        until(lambda: pool.status().draining)
        pool.drain(0)
        drain.result(10)
        assert reason(running) is Refusal.DRAINING

    def test_a_cell_that_becomes_ready_too_late_is_closed(
        self, make: Make, clients: ThreadPoolExecutor
    ) -> None:
        starting, started = threading.Event(), threading.Event()

        def start(_slot: int) -> None:
            starting.set()
            started.wait(10)

        backend = FakeBackend(start=start)
        pool = make(backend)
        starting.wait(10)
        drain = clients.submit(pool.drain, 0)
        until(backend.closed.is_set)
        started.set()
        drain.result(10)
        assert [cell.closed.is_set() for cell in backend.cells] == [True]

    def test_a_cell_that_awaits_its_replacement_is_closed(self, make: Make) -> None:
        held = threading.Event()
        starts: list[int] = []

        def start(slot: int) -> None:
            starts.append(slot)
            if len(starts) > 2:
                held.wait(10)

        backend = FakeBackend(start=start)
        pool = make(backend, cells=2, runs_per_cell=1)
        until(lambda: pool.status().count(SlotState.READY) == 2)
        pool.run(job())
        pool.run(job())
        until(lambda: len(starts) == 3)
        threading.Timer(0.05, held.set).start()
        pool.drain(0)
        assert len(backend.cells) == 3
        assert all(cell.closed.is_set() for cell in backend.cells)


@pytest.mark.parametrize("play", [succeed, Gate()], ids=["quick", "held"])
def test_threads_come_and_go_with_the_pool(make: Make, play: Play) -> None:
    before = threading.active_count()
    pool = make(FakeBackend(play), cells=4)
    pool.drain(0)
    assert threading.active_count() == before
