"""Runs one program behind a cell's walls, without a zygote: a process of its own, on its own.

`jobe_torch.bench.walls` has it tell which wall stands in CUDA's way. It is started as an
agent is, and needs as little.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from jobe_torch.cell import linux
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.gpu import Context, Gpu
from jobe_torch.cell.jail import Holder, JailError
from jobe_torch.cell.layout import ENVIRONMENT
from jobe_torch.cell.seccomp import SeccompUnavailable, compile_filter
from jobe_torch.cell.twin import Twins
from jobe_torch.cell.wall import enter_cell
from jobe_torch.cell.wire import File, Limits, Step

__all__ = ["main", "run_environment"]

_PROGRAM = "prog.py"
_UNLIMITED = Limits(
    cpu_seconds=600,
    wall_seconds=600,
    memory_bytes=0,
    file_bytes=-1,
    stream_bytes=1 << 20,
    processes=1000,
)


def run_environment(python: Path, gpu: Gpu) -> dict[str, str]:
    """All the environment of a run of a cell."""
    own = {"PATH": f"{python.parent}:{ENVIRONMENT['PATH']}", "CUDA_VISIBLE_DEVICES": gpu.uuid}
    return ENVIRONMENT | gpu.environment | own


def main() -> NoReturn:
    """Execute ``CONFIG PROGRAM FILTER``: with the filter of system calls if it is ``1``."""
    text, program, filtered = sys.argv[1:]
    config = CellConfig.from_json(text)
    if config.gpu is None:
        sys.exit("this is for a cell with a GPU")
    environment = run_environment(Path(config.python), config.gpu)
    try:
        seccomp = compile_filter() if filtered == "1" else b""
        enter_cell(config.wall)
        linux.set_dumpable(value=False)
        linux.drop_bounding_set()
        identity = config.wall.identity
        holder = Holder(identity, config.spaces, config.wall.shown)
        twins = Twins(identity, seccomp, environment, config.python, on_gpu=True)
        twins.write_files(holder, (File(_PROGRAM, program.encode()),))
        step = Step(("python3", "-BE", _PROGRAM), _UNLIMITED)
        _, status = os.waitpid(twins.start(holder, step, (0, 1, 2), Context()), 0)
        holder.kill()
    except (JailError, SeccompUnavailable, OSError) as error:
        sys.exit(f"the walls do not stand: {error}")
    sys.exit(os.waitstatus_to_exitcode(status) & 0x7F)
