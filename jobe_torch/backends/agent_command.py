"""The command lines that start a cell's own processes on this host."""

from __future__ import annotations

import sys
from pathlib import Path

from jobe_torch import cell
from jobe_torch.cell.config import CellConfig

__all__ = ["PACKAGE", "command"]

PACKAGE = Path(cell.__file__).resolve().parent


def command(module: str, config: CellConfig) -> list[str]:
    """A lean interpreter (no site, no environment) that runs a module of the cell package."""
    start = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent.parent)!r}); "
        f"from jobe_torch.cell.{module} import main; main()"
    )
    return [sys.executable, "-I", "-S", "-B", "-c", start, config.to_json()]
