"""What this room asks of the pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from jobe_torch.cell.wire import Job, Report
from jobe_torch.pool.status import PoolStatus

__all__ = ["Cells"]


class Cells(Protocol):
    """The cells of this server and the line in front of them. Safe for many threads."""

    def run(
        self,
        job: Job,
        *,
        key: str = "",
        share: float = 1.0,
        gone: Callable[[], bool] = ...,
        waited: Callable[[float], None] = ...,
    ) -> Report:
        """Execute one job and wait for its report.

        Args:
            job: What to execute.
            key: Whose run it is, for fairness.
            share: The weight of that key.
            gone: Whether the client has hung up.
            waited: Told the seconds in the line, once there is a cell.

        Raises:
            NoGpu: It asks for one, and this server has none.
            Overloaded: It was not executed, or what became of it is unknown.
        """

    def status(self) -> PoolStatus:
        """The cells and the line at this moment."""
