"""A twin is a copy of the agent until it executes a program: nobody may look into it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.cell.jail import Level
from tests.absent import absent
from tests.cells import local_backend

pytestmark = pytest.mark.cell

_TELL = """
import ctypes, os, sys
sys.path.insert(0, sys.argv[2])
from jobe_torch.cell import linux
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.jail import Holder
from jobe_torch.cell.twin import Twins
from jobe_torch.cell.wall import enter_cell

PR_GET_DUMPABLE = 3
config = CellConfig.from_json(sys.argv[1])
enter_cell(config.wall)
linux.set_dumpable(value=False)
linux.drop_bounding_set()
holder = Holder(config.wall.identity, config.spaces, config.wall.shown)
twins = Twins(config.wall.identity, b"", {}, config.python)
said = lambda: print(os.getuid() != 0, ctypes.CDLL(None).prctl(PR_GET_DUMPABLE), flush=True)
os.waitpid(twins._fork(holder, (0, 1, 2), said, first=True), 0)
holder.kill()
"""


@pytest.mark.parametrize("level", Level)
def test_it_is_not_dumpable_behind_the_walls(level: Level) -> None:
    try:
        backend = local_backend(level)
    except BackendError as error:
        if level is Level.USERNS1:  # for ordinary users only
            pytest.skip(str(error))
        absent(f"walls of level {level}: {error}")
    config = backend._config.to_json()
    root = Path(__file__).parents[2]
    # As an agent is started.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", _TELL, config, str(root)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "True 0\n"
