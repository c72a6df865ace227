"""Two kinds of cells: their lines are apart, and both end together."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from jobe_torch.backends.fake import FakeBackend, FakeCell, report
from jobe_torch.cell.wire import Job, Limits, Report, Step
from jobe_torch.config import Settings
from jobe_torch.pool import NoGpu, Overloaded, Pool, Pools, Refusal, SlotState

LIMITS = Limits(1, 2, 0, -1, 1000, 10)
SETTINGS = Settings(cells=1, line_length=1, wait_seconds=10)


def job(*, gpu: bool) -> Job:
    return Job(id="job", files=(), stdin=b"", compile=None, run=Step(("true",), LIMITS), gpu=gpu)


class Gate:
    """Runs wait until they are let go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, cell: FakeCell, job: Job) -> Report:
        self.begun.release()
        while not self.open.wait(0.005) and not cell.closed.is_set():
            pass
        return report(job, stdout=cell.name.encode())


def test_a_full_line_for_gpus_holds_up_nobody_else() -> None:
    gate = Gate()
    pools = Pools(
        Pool(FakeBackend(), SETTINGS), Pool(FakeBackend(gate), SETTINGS, gpu_slots=range(2, 3))
    )
    with ThreadPoolExecutor() as clients:
        first = clients.submit(pools.run, job(gpu=True))
        gate.begun.acquire()
        second = clients.submit(pools.run, job(gpu=True))
        while not pools.status().waiting:
            time.sleep(0.001)
        with pytest.raises(Overloaded) as refused:
            pools.run(job(gpu=True))
        assert refused.value.reason is Refusal.LINE_FULL
        assert pools.run(job(gpu=False)).run
        gate.open.set()
        assert first.result().run
        assert second.result().run
    pools.drain(0)


def test_the_keys_share_the_gpus_fairly() -> None:
    """Who holds all other cells has not lost his turn on the GPU, nor the other way round."""
    gate = Gate()
    settings = msgspec.structs.replace(SETTINGS, line_length=10)
    pools = Pools(
        Pool(FakeBackend(), settings), Pool(FakeBackend(gate), settings, gpu_slots=range(2, 3))
    )
    order: list[str] = []

    def run(key: str) -> None:
        pools.run(job(gpu=True), key=key)
        order.append(key)

    with ThreadPoolExecutor() as clients:
        clients.submit(run, "loud")
        gate.begun.acquire()
        for number, key in enumerate(("loud", "loud", "quiet")):
            clients.submit(run, key)
            while pools.status().waiting <= number:
                time.sleep(0.001)
        gate.open.set()
    assert order.index("quiet") < 3
    pools.drain(0)


def test_without_gpus_a_run_that_needs_one_is_refused() -> None:
    pools = Pools(Pool(FakeBackend(), SETTINGS))
    with pytest.raises(NoGpu, match="has no GPU"):
        pools.run(job(gpu=True))
    assert pools.status().count(SlotState.READY, gpu=True) == 0
    pools.drain(0)


def test_both_kinds_drain_at_one_time() -> None:
    gates = Gate(), Gate()
    plain = Pool(FakeBackend(gates[0]), SETTINGS)
    with_gpu = Pool(FakeBackend(gates[1]), SETTINGS, gpu_slots=range(2, 3))
    pools = Pools(plain, with_gpu)
    with ThreadPoolExecutor() as clients:
        runs = [clients.submit(pools.run, job(gpu=gpu)) for gpu in (False, True)]
        for gate in gates:
            gate.begun.acquire()
        draining = clients.submit(pools.drain, 10)
        while not all(pool.status().draining for pool in (plain, with_gpu)):
            time.sleep(0.001)
        for gpu in (False, True):
            with pytest.raises(Overloaded) as refused:
                pools.run(job(gpu=gpu))
            assert refused.value.reason is Refusal.DRAINING
        for gate in gates:
            gate.open.set()
        assert all(run.result().run for run in runs)
        draining.result()
    closed = pools.status()
    assert [slot.state for slot in closed.slots] == [SlotState.CLOSED] * 2
