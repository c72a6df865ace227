"""Why a run got no report. All of it is ours, none of it the student's.

::

    Overloaded          no cell could be had: full line, wait over, draining, client gone
    +-- CellFault       a cell was lost under the run and it could not be repeated

Both are answered by outcome 21, which clients never cache (protocol reference §9). `NoGpu`
is apart from them: the request asks for what this server does not have.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["CellFault", "NoGpu", "Overloaded", "Refusal"]


class NoGpu(Exception):
    """No cell with a GPU is there, or will be soon; the text is for the client."""


class Refusal(Enum):
    """The reason, for logs and metrics."""

    LINE_FULL = "line_full"
    WAITED = "waited"
    DRAINING = "draining"
    CLIENT_GONE = "client_gone"
    CELL_LOST = "cell_lost"


class Overloaded(Exception):
    """The run was not executed, or not to its end: outcome 21."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason


class CellFault(Overloaded):
    """A cell was lost after the run had started in it, or two before."""

    def __init__(self, detail: str) -> None:
        super().__init__(Refusal.CELL_LOST, detail)
