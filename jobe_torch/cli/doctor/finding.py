"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Finding", "Mark"]


class Mark(Enum):
    """How bad it is."""

    PASS = "PASS"  # noqa: S105 - no password
    CAUTION = "CAUTION"
    """The server serves, but not as well as it could."""
    FAIL = "FAIL"
    """The server cannot serve."""
    SKIPPED = "SKIPPED"
    """Could not be looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    mark: Mark
    what: str
    detail: str
    repair: str = ""
    """What to type, or where that is not enough, what to do."""
