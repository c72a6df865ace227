"""The pool: who gets which cell when, and what becomes of the cell afterwards."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from jobe_torch.backends.base import Backend, BackendError, Cell, CellLost
from jobe_torch.cell.wire import Job, Report
from jobe_torch.config import Settings
from jobe_torch.pool.errors import CellFault, Overloaded, Refusal
from jobe_torch.pool.extra import Extra, room_for
from jobe_torch.pool.keeper import Keeper
from jobe_torch.pool.line import Line
from jobe_torch.pool.slot import Slot
from jobe_torch.pool.status import PoolStatus, SlotState
from jobe_torch.pool.waiter import Served, Waiter

__all__ = ["Pool"]

SWEEP_SECONDS = 5.0
"""How often idle cells are looked after."""
DIED_IDLE = "it died while it was idle"
WORN = 4
"""A cell gets a successor when this part of its runs is left: at full load that part takes about
as long as the imports."""

_log = structlog.get_logger(__name__)


class Pool:
    """The cells of this server and the line in front of them.

    A run executes in the thread that asks for it; the keeper's threads start,
    replace and close cells meanwhile. A worn cell works on while its successor warms
    up beside it, where memory allows that; but a GPU is never shared by the two.

    Args:
        backend: Where cells live; the pool closes it.
        settings: ``cells``, ``line_length``, ``wait_seconds``, ``runs_per_cell``.
        starters: Cells that may start at one time. Few, so that warming up
            leaves processor time to the runs.
        gpu_slots: Where the cells have GPUs: the numbers of their slots. Other cells are
            numbered from 0 to ``cells``, of which one more than are at work may be there.
    """

    def __init__(
        self,
        backend: Backend,
        settings: Settings,
        *,
        starters: int = 1,
        gpu_slots: range | None = None,
    ) -> None:
        self._backend = backend
        self._settings = settings
        self._lock = threading.Lock()
        self._less_to_do = threading.Condition(self._lock)
        self._line: Line[Waiter] = Line(settings.line_length)
        numbers = range(settings.cells) if gpu_slots is None else gpu_slots
        self._slots = [Slot(number, gpu=gpu_slots is not None) for number in numbers]
        self._extra = Extra(settings.cells if gpu_slots is None else None)
        # The longest idle goes first: its cell had the most time to prepare.
        self._idle: deque[Slot] = deque()
        self._drain_until: float | None = None
        self._closed = False
        self._cells_started = self._cells_lost = self._start_failures = 0
        self._backend_fault = ""
        self._keeper = Keeper(starters)
        for slot in self._slots:
            self._keeper.do(partial(self._renew, slot))
        self._keeper.do(self._sweep, after_seconds=SWEEP_SECONDS)

    def run(
        self,
        job: Job,
        *,
        key: str = "",
        share: float = 1.0,
        gone: Callable[[], bool] = lambda: False,
        waited: Callable[[float], None] = lambda _seconds: None,
    ) -> Report:
        """Execute a job in a cell and wait for its report.

        When the cell is lost before the run has started in it, the run goes
        first in the line for another cell, once.

        Args:
            job: What to execute.
            key: Whose run it is, for fairness.
            share: The weight of that key.
            gone: Whether the client has hung up; asked while the run waits; must not raise.
            waited: Told the seconds in the line, once there is a cell.

        Raises:
            Overloaded: No cell could be had.
            CellFault: A cell was lost and the run cannot be repeated.
        """
        again = False
        while True:
            came = time.monotonic()
            served = self._stand_in_line(key, share, gone, again=again)
            waited(time.monotonic() - came)
            try:
                return self._execute(served, job)
            except CellLost as lost:
                if self._closed:
                    raise Overloaded(Refusal.DRAINING) from lost
                if lost.started or again:
                    raise CellFault(str(lost)) from lost
            again = True

    def status(self) -> PoolStatus:
        """The pool at this moment."""
        with self._lock:
            return PoolStatus(
                slots=tuple(slot.status() for slot in self._slots),
                waiting=len(self._line),
                line_length=self._settings.line_length,
                draining=self._drain_until is not None,
                cells_started=self._cells_started,
                cells_lost=self._cells_lost,
                start_failures=self._start_failures,
                backend_fault=self._backend_fault,
            )

    def drain(self, seconds: float) -> None:
        """Take no more runs, let those inside end, kill what outlives the time, end all cells.

        Returns when nothing is left; a second call, from another thread, only
        shortens the time of the first.
        """
        with self._lock:
            until = time.monotonic() + seconds
            if self._drain_until is not None:
                self._drain_until = min(until, self._drain_until)
                self._less_to_do.notify_all()
                return
            self._drain_until = until
            while self._runs() and (left := self._drain_until - time.monotonic()) > 0:
                self._less_to_do.wait(left)
            self._closed = True
            for waiter in self._line.clear():
                waiter.refuse(Refusal.DRAINING)
            emptied = [slot.emptied(SlotState.CLOSED) for slot in self._slots]
            cells = [cell for cell in (*emptied, self._extra.emptied()) if cell is not None]
            self._idle.clear()
        if cells:
            with ThreadPoolExecutor(len(cells)) as closers:
                list(closers.map(self._close, cells))
        # This also ends the starts that the keeper is waiting for.
        self._backend.close()
        self._keeper.stop()

    def _runs(self) -> int:
        """Runs inside, waiting ones too."""
        return len(self._line) + sum(slot.state is SlotState.BUSY for slot in self._slots)

    def _stand_in_line(
        self, key: str, share: float, gone: Callable[[], bool], *, again: bool
    ) -> Served:
        deadline = time.monotonic() + self._settings.wait_seconds
        waiter = Waiter(key=key, share=share, deadline=deadline)
        with self._lock:
            if self._closed or (self._drain_until is not None and not again):
                raise Overloaded(Refusal.DRAINING)
            crowded_out = self._line.enter(waiter, first=again)
            if crowded_out is not None:
                crowded_out.refuse(Refusal.LINE_FULL)
            self._dispatch()
            at_once = waiter.outcome is not None
        while (outcome := waiter.sleep(deadline - time.monotonic())) is None:
            if gone():
                self._leave_line(waiter, Refusal.CLIENT_GONE)
            elif time.monotonic() >= deadline:
                self._leave_line(waiter, Refusal.WAITED)
        if isinstance(outcome, Refusal):
            raise Overloaded(outcome)
        if not at_once and gone():
            self._give_back(outcome)
            raise Overloaded(Refusal.CLIENT_GONE)
        return outcome

    def _leave_line(self, waiter: Waiter, refusal: Refusal) -> None:
        with self._lock:
            # It may have been settled since it woke up.
            if waiter.outcome is None:
                self._line.leave(waiter)
                waiter.refuse(refusal)
                self._less_to_do.notify_all()

    def _execute(self, served: Served, job: Job) -> Report:
        try:
            report = served.cell.run(job)
        except BaseException as error:
            self._give_back(served, lost=str(error) or repr(error))
            raise
        self._give_back(served, used=True)
        return report

    def _give_back(self, served: Served, *, used: bool = False, lost: str = "") -> None:
        slot = served.slot
        with self._lock:
            self._line.done(served.place, time.monotonic())
            slot.runs += used
            if not self._closed:
                if lost:
                    self._lose(slot, lost)
                else:
                    self._use_again(slot)
            self._less_to_do.notify_all()

    def _use_again(self, slot: Slot) -> None:
        most = self._runs_of_cell(slot)
        if self._extra.is_ready_for(slot):
            self._succeed()
            return
        if slot.runs >= most - most // WORN:
            self._order_successor(slot)
        if slot.runs < most:
            self._offer(slot)
        else:
            self._replace(slot)

    def _runs_of_cell(self, slot: Slot) -> int:
        """After how many its cell is replaced: the first ones at different times.

        Cells that take turns would else wear out together, time and again, and
        nobody would be served while they warm up.
        """
        whole = self._settings.runs_per_cell
        if slot.cells_had > 1:
            return whole
        return whole * (self._slots.index(slot) + 1) // len(self._slots)

    def _offer(self, slot: Slot) -> None:
        slot.state = SlotState.READY
        self._idle.append(slot)
        self._dispatch()

    def _dispatch(self) -> None:
        """Bring idle cells and waiting runs together."""
        while self._idle and len(self._line):
            slot = self._idle[0]
            cell = slot.live_cell()
            if cell is None:
                self._lose(self._idle.popleft(), DIED_IDLE)
                continue
            waiter = self._line.next(time.monotonic())
            if waiter is None:
                return
            self._idle.popleft().state = SlotState.BUSY
            waiter.serve(slot, cell)

    def _lose(self, slot: Slot, reason: str) -> None:
        self._cells_lost += 1
        slot.lacking = True
        _log.warning("cell lost", slot=slot.number, reason=reason)
        if self._extra.is_ready_for(slot):
            self._succeed()
        else:
            self._replace(slot)

    def _replace(self, slot: Slot) -> None:
        # The slot keeps its old cell until the keeper closes it: a drain in
        # between must find it.
        slot.state = SlotState.WARMING
        if self._extra.slot is not slot:
            self._keeper.do(partial(self._renew, slot))

    def _order_successor(self, slot: Slot) -> None:
        cell = slot.cell
        draining = self._drain_until is not None
        if cell is None or draining or slot.succession_tried or not self._extra.is_free():
            return
        slot.succession_tried = True
        self._extra.slot = slot
        self._keeper.do(partial(self._start_successor, slot, cell.ready.memory_bytes))

    def _start_successor(self, slot: Slot, memory_bytes: int) -> None:
        """Errand: start a cell beside that of a slot, which works on."""
        cell = self._start_beside(memory_bytes)
        with self._lock:
            if not self._closed:
                if cell is None:
                    self._extra.slot = None
                    if slot.state is SlotState.WARMING:  # its own cell is no longer of use
                        self._replace(slot)
                    return
                self._cells_started += 1
                self._extra.cell = cell
                if slot.state is SlotState.READY:
                    self._idle.remove(slot)
                if slot.state is not SlotState.BUSY:
                    self._succeed()
                return
        if cell is not None:
            self._close(cell)

    def _start_beside(self, memory_bytes: int) -> Cell | None:
        number = self._extra.number
        if number is None or not room_for(memory_bytes):
            return None
        try:
            return self._backend.start_cell(number)
        except Exception as error:  # noqa: BLE001 - the slot waits for it, or for this answer
            with self._lock:
                self._start_failures += not self._closed
            _say_not_started(number, error)
            return None

    def _succeed(self) -> None:
        """The successor is at work from now on."""
        slot = self._extra.change_places()
        self._keeper.do(self._close_worn)
        self._offer(slot)

    def _close_worn(self) -> None:
        """Errand: close the cell that has been succeeded; then there may be another extra one."""
        with self._lock:
            number, self._extra.number = self._extra.number, None
            cell = self._extra.emptied()
        if cell is not None:
            self._close(cell)
        with self._lock:
            self._extra.number = number

    def _renew(self, slot: Slot) -> None:
        """Errand: give a slot a cell that nobody used."""
        with self._lock:
            if self._closed:
                return
            old = slot.emptied(SlotState.WARMING)
        if old is not None:
            self._close(old)
        try:
            cell = self._backend.start_cell(slot.number)
        except Exception as error:  # noqa: BLE001 - a slot must never be forgotten
            self._start_failed(slot, error)
            return
        with self._lock:
            closed, news = self._closed, slot.lacking
            if not closed:
                self._cells_started += 1
                slot.started(cell)
                self._offer(slot)
        if closed:
            self._close(cell)
        elif news:  # not that a worn one was replaced: some servers do that after each run
            ready = cell.ready
            modules = ", ".join(map(" ".join, ready.modules.items()))
            _log.info("cell ready", slot=slot.number, jail=ready.jail, modules=modules)

    def _start_failed(self, slot: Slot, error: Exception) -> None:
        with self._lock:
            if self._closed:
                return
            self._start_failures += 1
            news = slot.error != str(error)
            pause = slot.failed(str(error))
        if news:  # it will be tried for ever, and /readyz says why it fails now
            _say_not_started(slot.number, error)
        self._keeper.do(partial(self._renew, slot), after_seconds=pause)

    def _sweep(self) -> None:
        """Errand: find the idle cells that have died, and whether others could be started."""
        fault = self._backend.check() or ""
        with self._lock:
            self._backend_fault = fault
            for slot in tuple(self._idle):
                if slot.live_cell() is None:
                    self._idle.remove(slot)
                    self._lose(slot, DIED_IDLE)
        self._keeper.do(self._sweep, after_seconds=SWEEP_SECONDS)

    @staticmethod
    def _close(cell: Cell) -> None:
        try:
            cell.close()
        except BackendError as error:
            _log.error("cell not closed", cell=cell.name, reason=str(error))


def _say_not_started(number: int, error: Exception) -> None:
    # A BackendError says all there is to say; anything else is a defect.
    defect = None if isinstance(error, BackendError) else error
    _log.error("cell not started", slot=number, reason=str(error), exc_info=defect)
