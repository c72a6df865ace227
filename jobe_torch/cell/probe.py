"""Tries a jail level for real: ends with 0, or says what stands against it."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.jail import Holder, JailError
from jobe_torch.cell.seccomp import SeccompUnavailable, compile_filter
from jobe_torch.cell.wall import enter_cell

__all__ = ["main"]


def main() -> NoReturn:
    """Put the walls of one run up, take them down and exit."""
    config = CellConfig.from_json(sys.argv[1])
    try:
        compile_filter()
        enter_cell(config.wall)
        Holder(config.wall.identity, config.spaces).kill()
    except (JailError, SeccompUnavailable) as error:
        os.write(1, f"{error}\n".encode())
        sys.exit(1)
    sys.exit(0)
