"""Starts a mother: puts up her walls and turns into the interpreter that she is."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from jobe_torch.cell import linux
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.group import enter_groups
from jobe_torch.cell.interpreter import environment_for, execute
from jobe_torch.cell.jail import JailError
from jobe_torch.cell.wall import enter_house

__all__ = ["main"]


def main() -> NoReturn:
    """Become the mother of cells with this configuration, of which she has the group."""
    config = CellConfig.from_json(sys.argv[1])
    try:
        for door in enter_groups(config.doors):
            os.close(door)
        enter_house(config.wall)
    except (JailError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    linux.die_with_parent()
    execute(config.python, os.dup(0), environment_for(config.python))
