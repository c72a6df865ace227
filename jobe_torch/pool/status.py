"""What the pool says of itself: records for health, metrics and the status page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jobe_torch.cell.wire import Ready

__all__ = ["PoolStatus", "SlotState", "SlotStatus"]


class SlotState(Enum):
    """What a slot's cell is doing."""

    WARMING = "warming"
    """Being started or replaced."""
    READY = "ready"
    BUSY = "busy"
    FAILED = "failed"
    """Could not be started; tried again after a pause."""
    CLOSED = "closed"
    """The pool has ended."""


@dataclass(frozen=True, slots=True)
class SlotStatus:
    """One slot."""

    number: int
    state: SlotState
    cell: str
    """Name of its cell, empty while there is none."""
    runs: int
    """Runs its cell has had."""
    ready: Ready | None
    """What its agent said of itself."""
    error: str
    """Why its last start failed, empty after a success."""
    gpu: bool = False
    """Whether its cells have a GPU."""


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """The pool at one moment."""

    slots: tuple[SlotStatus, ...]
    waiting: int
    line_length: int
    """Runs that may wait."""
    draining: bool
    cells_started: int
    """Since the server started, as the next two."""
    cells_lost: int
    """Cells that died, sent nonsense or fell silent."""
    start_failures: int
    backend_fault: str = ""
    """Why no cell could be started at the last look, empty where one could. An engine that
    neither answers nor hangs up leaves idle cells that seem well."""

    def count(self, state: SlotState, *, gpu: bool = False) -> int:
        """Slots of one kind in a state."""
        return sum(slot.state is state and slot.gpu is gpu for slot in self.slots)

    @property
    def serving(self) -> bool:
        """Whether a run that needs no GPU has a cell now, or one that will be free."""
        usable = self.count(SlotState.READY) + self.count(SlotState.BUSY)
        return usable > 0 and not self.draining and not self.backend_fault
