"""Both kinds of cells as one: those with a GPU and those without."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from jobe_torch.cell.wire import Job, Report
from jobe_torch.pool.errors import NoGpu
from jobe_torch.pool.pool import Pool
from jobe_torch.pool.status import PoolStatus, SlotState

__all__ = ["Pools"]


class Pools:
    """A pool for each kind, with a line of its own.

    So a run without a GPU never takes a GPU's cell, who waits for a GPU holds up
    nobody else, and keys share the cells of each kind fairly.

    Args:
        plain: The cells without a GPU.
        gpu: Those with one, if this server has any.
        wait: Whether a run waits for a GPU's cell while none works.
    """

    def __init__(self, plain: Pool, gpu: Pool | None = None, *, wait: bool = False) -> None:
        self._plain = plain
        self._gpu = gpu
        self._wait = wait

    def run(
        self,
        job: Job,
        *,
        key: str = "",
        share: float = 1.0,
        gone: Callable[[], bool] = lambda: False,
        waited: Callable[[float], None] = lambda _seconds: None,
    ) -> Report:
        """Execute a job in a cell of its kind; see `Pool.run`.

        Raises:
            NoGpu: It needs one, and there is none.
            Overloaded: As in `Pool.run`.
        """
        pool = self._gpu_pool() if job.gpu else self._plain
        return pool.run(job, key=key, share=share, gone=gone, waited=waited)

    def _gpu_pool(self) -> Pool:
        if self._gpu is None:
            raise NoGpu("This Jobe server has no GPU")
        slots = self._gpu.status().slots
        if not self._wait and all(slot.state is SlotState.FAILED for slot in slots):
            raise NoGpu("No GPU of this Jobe server works at present")
        return self._gpu

    def status(self) -> PoolStatus:
        """All cells at this moment."""
        plain = self._plain.status()
        if self._gpu is None:
            return plain
        gpu = self._gpu.status()
        return PoolStatus(
            slots=plain.slots + gpu.slots,
            waiting=plain.waiting + gpu.waiting,
            line_length=plain.line_length + gpu.line_length,
            draining=plain.draining or gpu.draining,
            cells_started=plain.cells_started + gpu.cells_started,
            cells_lost=plain.cells_lost + gpu.cells_lost,
            start_failures=plain.start_failures + gpu.start_failures,
            backend_fault=plain.backend_fault,
        )

    def drain(self, seconds: float) -> None:
        """Drain both at one time; see `Pool.drain`."""
        pools = [pool for pool in (self._plain, self._gpu) if pool is not None]
        with ThreadPoolExecutor(len(pools)) as drains:
            list(drains.map(lambda pool: pool.drain(seconds), pools))
