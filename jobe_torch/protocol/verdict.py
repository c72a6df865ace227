"""Jobe's outcome numbers and the result a client gets (protocol reference §9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = ["RunResult", "Verdict"]


class Verdict(IntEnum):
    """How a run ended, by Jobe's numbers."""

    COMPILE_ERROR = 11
    RUNTIME_ERROR = 12
    TIME_LIMIT = 13
    SUCCESS = 15
    MEMORY_LIMIT = 17
    ILLEGAL_SYSCALL = 19
    INTERNAL_ERROR = 20
    OVERLOAD = 21


@dataclass(frozen=True, slots=True)
class RunResult:
    """The body of a 200 answer to ``POST runs``, keys in Jobe's order."""

    run_id: str | None
    outcome: Verdict
    cmpinfo: str = ""
    stdout: str = ""
    stderr: str = ""
