"""Tries a jail level for real: ends with 0, or says what stands against it."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from jobe_torch.cell import linux
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.jail import Holder, JailError
from jobe_torch.cell.seccomp import SeccompUnavailable, compile_filter
from jobe_torch.cell.twin import Twins
from jobe_torch.cell.wall import enter_cell

__all__ = ["main"]


def main() -> NoReturn:
    """Put the walls of one run up, send a process behind them, take them down and exit."""
    config = CellConfig.from_json(sys.argv[1])
    try:
        seccomp = compile_filter()
        enter_cell(config.wall)
        linux.set_dumpable(value=False)
        linux.drop_bounding_set()
        identity = config.wall.identity
        holder = Holder(identity, config.spaces, config.wall.shown)
        try:
            Twins(identity, seccomp, {}, config.python).write_files(holder, ())
        finally:
            holder.kill()
    except (JailError, SeccompUnavailable, OSError) as error:
        os.write(1, f"{error}\n".encode())
        sys.exit(1)
    sys.exit(0)
