"""The one cell that a pool may have beyond those of its slots."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jobe_torch.backends.base import Cell
from jobe_torch.pool.slot import Slot

__all__ = ["Extra", "room_for"]

_ROOM = 2
"""Times what a cell takes at rest: it takes more while it imports, and runs go on meanwhile."""


@dataclass(slots=True, eq=False)
class Extra:
    """First the successor of a worn cell, then the worn cell itself, until that is closed.

    Changed under the pool's lock only. Since all cells have different numbers, and
    there is one more than slots, there is never more than one cell more.
    """

    number: int | None
    """The number that no slot has; None while no cell may have it either."""
    slot: Slot | None = None
    """Whose cell gets a successor."""
    cell: Cell | None = None

    def is_free(self) -> bool:
        """Whether a successor may be ordered."""
        return self.number is not None and self.slot is None and self.cell is None

    def is_ready_for(self, slot: Slot) -> bool:
        """Whether it can take the place of a slot's cell."""
        return self.slot is slot and self.cell is not None

    def change_places(self) -> Slot:
        """The slot has the successor now, and this is what it had; returns the slot."""
        slot, number, cell = self.slot, self.number, self.cell
        if slot is None or number is None or cell is None:
            raise RuntimeError("no successor is ready")
        self.slot, self.number, self.cell = None, slot.number, slot.cell
        slot.number = number
        slot.started(cell)
        return slot

    def emptied(self) -> Cell | None:
        """Nothing is here any more; returns what was, for closing."""
        cell, self.cell, self.slot = self.cell, None, None
        return cell


def room_for(cell_bytes: int) -> bool:
    """Whether this machine has memory for one more cell. Not known is no."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return False
    available = [int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    return bool(available) and available[0] << 10 >= _ROOM * cell_bytes
