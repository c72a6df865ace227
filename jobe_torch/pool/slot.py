"""A slot: the place in the pool that always has one cell at work, or is getting one."""

from __future__ import annotations

from dataclasses import dataclass

from jobe_torch.backends.base import Cell
from jobe_torch.pool.status import SlotState, SlotStatus

__all__ = ["Slot"]

LONGEST_PAUSE_SECONDS = 10.0
"""An engine that comes back should not be waited for much longer than it was away."""


@dataclass(slots=True, eq=False)
class Slot:
    """Changed under the pool's lock only."""

    number: int
    """Of its cell: no other cell has it at the same time."""
    gpu: bool = False
    """Whether its cells have a GPU."""
    state: SlotState = SlotState.WARMING
    cell: Cell | None = None
    runs: int = 0
    cells_had: int = 0
    lacking: bool = True
    """Whether it is, or was before its present start, without a cell that it should have."""
    succession_tried: bool = False
    """Whether its cell has had a successor ordered."""
    failures: int = 0
    """Starts that failed since the last success."""
    error: str = ""

    def started(self, cell: Cell) -> None:
        """It has a cell that nobody used."""
        self.state, self.cell = SlotState.READY, cell
        self.cells_had += 1
        self.runs = self.failures = 0
        self.succession_tried = self.lacking = False
        self.error = ""

    def live_cell(self) -> Cell | None:
        """Its cell, if that can take a run."""
        return self.cell if self.cell is not None and self.cell.alive() else None

    def failed(self, error: str) -> float:
        """Its cell could not be started; returns after how many seconds to try again."""
        self.state, self.error = SlotState.FAILED, error
        self.lacking = True
        self.failures += 1
        return float(min(2 ** (self.failures - 1), LONGEST_PAUSE_SECONDS))

    def emptied(self, state: SlotState) -> Cell | None:
        """It has no cell any more; returns the one it had, for closing."""
        cell, self.cell = self.cell, None
        self.state = state
        return cell

    def status(self) -> SlotStatus:
        """What is known of it now."""
        return SlotStatus(
            number=self.number,
            gpu=self.gpu,
            state=self.state,
            cell=self.cell.name if self.cell else "",
            runs=self.runs,
            ready=self.cell.ready if self.cell else None,
            error=self.error,
        )
