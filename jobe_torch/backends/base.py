"""The interface between the pool and the places where cells live."""

from __future__ import annotations

from typing import Protocol

from jobe_torch.cell.wire import Job, Ready, Report

__all__ = ["Backend", "BackendError", "Cell", "CellLost"]


class BackendError(Exception):
    """The backend cannot do its work now (no engine, no interpreter): never a verdict."""


class CellLost(BackendError):
    """A cell died, sent nonsense or fell silent; it must be closed and replaced.

    ``started`` says whether submitted bytes may have been executed, and to an end
    that is their own: only a run that had not started may be given to another cell.
    """

    def __init__(self, reason: str, *, started: bool) -> None:
        super().__init__(reason)
        self.started = started


class Cell(Protocol):
    """One place where one run at a time executes. Not shared between threads."""

    @property
    def name(self) -> str:
        """Short and unique in this server; for logs and metrics."""

    @property
    def ready(self) -> Ready:
        """What the agent said of itself when it was ready."""

    def run(self, job: Job) -> Report:
        """Execute one job and wait for its report.

        Raises:
            CellLost: the cell must not be used again.
        """

    def alive(self) -> bool:
        """Whether an idle cell can still take a job (no round trip)."""

    def close(self) -> None:
        """End the cell and all it runs; returns when nothing of it is left.

        Idempotent, and callable from another thread while `run` waits: `run`
        then raises `CellLost`.
        """


class Backend(Protocol):
    """A kind of place where cells live."""

    @property
    def name(self) -> str:
        """``local``, ``docker`` or ``fake``."""

    def start_cell(self, slot: int) -> Cell:
        """Start the cell of a slot and wait until it is ready; slots number from 0.

        Raises:
            BackendError: no cell could be started.
        """

    def check(self) -> str | None:
        """None when cells can be started now, else the reason (cheap; for ``/readyz``)."""

    def close(self) -> None:
        """Release what the backend itself holds, after its cells are closed.

        Ends the starts under way in other threads: they raise `BackendError`.
        """
