"""Attack cases as they lie in their folders: ``case.toml``, ``main.py`` and whatever is beside."""

from __future__ import annotations

from pathlib import Path

import msgspec

from jobe_torch.cell.wire import File
from jobe_torch.protocol.verdict import Verdict

__all__ = ["CASES", "FOLDER", "GPU_CASES", "Case", "Expectation"]

FOLDER = Path(__file__).parent
_ALL_LEVELS = ("userns", "caps", "userns1")


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``case.toml``: what the server must answer, and where it can."""

    row: str
    """Row of the checklist; a letter and ``+`` where the case is our own addition."""
    title: str
    outcome: tuple[Verdict, ...]
    """Outcomes that are right; several only where the kernel may choose."""
    stdout: str | None = None
    """All of stdout, as the client gets it; likewise stderr."""
    stderr: str | None = None
    stdout_has: tuple[str, ...] = ()
    stderr_has: tuple[str, ...] = ()
    stdout_bytes: int | None = None
    """Length of a stdout that is too long to write down; likewise stderr."""
    stderr_bytes: int | None = None
    stdin: str = ""
    """With ``{file}``, ``{port}``, ``{socket}`` and ``{abstract}`` where canaries are."""
    stdin_bytes: int = 0
    """That much of stdin instead, of any content."""
    limits: dict[str, float] = {}
    """Jobe parameters."""
    levels: tuple[str, ...] = _ALL_LEVELS
    """Jail levels that contain it."""
    needs_group: bool = False
    """Only a control group around the cell contains it: limits on a process cannot."""
    gpu: bool = False
    """It is against a GPU, and needs a cell with one."""
    canaries: tuple[str, ...] = ()
    """Canaries it hunts for. For ``previous`` another run leaves one behind first."""


class Case(msgspec.Struct, frozen=True):
    """One attack."""

    id: str
    expected: Expectation
    source: bytes
    files: tuple[File, ...]


def _load(folder: Path) -> Case:
    helper = FOLDER / "shared/attempt.py"
    extra = [path for path in folder.iterdir() if path.name not in {"case.toml", "main.py"}]
    return Case(
        id=folder.name,
        expected=msgspec.toml.decode((folder / "case.toml").read_bytes(), type=Expectation),
        source=(folder / "main.py").read_bytes(),
        files=tuple(File(path.name, path.read_bytes()) for path in (helper, *sorted(extra))),
    )


_ALL = tuple(_load(path.parent) for path in sorted(FOLDER.glob("*/case.toml")))
CASES = tuple(case for case in _ALL if not case.expected.gpu)
GPU_CASES = tuple(case for case in _ALL if case.expected.gpu)
