"""The doctor's look at GPUs: the driver, the device files, a program on each."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from pathlib import Path

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.gpus import FoundGpu, choose_gpus, find_gpus
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cli.assemble import gpus_of
from jobe_torch.cli.doctor.cells import torch_job
from jobe_torch.cli.doctor.finding import Finding, Mark
from jobe_torch.cli.one_cell import one_cell
from jobe_torch.config import BackendKind, Settings

__all__ = ["check_gpus"]

_DEVICES = Path("/dev")
_FOR_ALL = stat.S_IROTH | stat.S_IWOTH
_PROGRAM = "import torch\nprint(torch.ones(1, device='cuda').cpu())\n"


def check_gpus(settings: Settings) -> Iterator[Finding]:
    """Look at the GPUs that runs may ask for."""
    if settings.backend is BackendKind.DOCKER:
        for one in gpus_of(settings):  # of the engine's machine, whose driver is not asked
            yield _cell(settings, one, one.uuid)
        return
    try:
        found = find_gpus()
    except BackendError as error:
        mark = Mark.FAIL if settings.gpus else Mark.SKIPPED
        repair = "install the driver, see that nvidia-smi works" if settings.gpus else ""
        yield Finding(mark, "gpus", f"none: {error}", repair)
        return
    if not settings.gpus:
        yield Finding(Mark.PASS, "gpus", f"{len(found)} here, no run may use them", "--gpus all")
        return
    try:
        chosen = choose_gpus(settings.gpus, found)
    except BackendError as error:
        yield Finding(Mark.FAIL, "gpus", str(error), "nvidia-smi -L lists them")
        return
    for gpu in chosen:
        trouble = _device_files(gpu)
        yield trouble or _cell(settings, gpu.for_cell(), gpu.name)


def _device_files(gpu: FoundGpu) -> Finding | None:
    """What keeps a run's user from the files of a GPU."""
    for name in gpu.nodes:
        file = _DEVICES / name
        if not file.exists():
            # CUDA would make them, through a program that may do so: not in a cell.
            repair = "as root: nvidia-modprobe -c=0 -u, at each start of the machine"
            return Finding(Mark.FAIL, gpu.name, f"{file} is not there", repair)
        if file.stat().st_mode & _FOR_ALL != _FOR_ALL:
            repair = "the driver's option NVreg_DeviceFileMode=0666"
            return Finding(Mark.FAIL, gpu.name, f"{file} is not for every user", repair)
    return None


def _cell(settings: Settings, gpu: Gpu, name: str) -> Finding:
    began = time.monotonic()
    try:
        with one_cell(settings, [gpu]) as cell:
            started = time.monotonic()
            step = cell.run(torch_job(settings, _PROGRAM)).run
            ended = time.monotonic()
    except BackendError as error:
        return Finding(Mark.FAIL, name, str(error), 'docs/gpu.md, "What can be wrong"')
    if step is None or step.stdout != b"tensor([1.])\n" or step.stderr:
        return Finding(Mark.FAIL, name, f"a program of torch's went wrong: {step}")
    detail = (
        f"{gpu.uuid}; a cell is ready after {started - began:.1f} s, "
        f"a program of torch's took {1000 * (ended - started):.0f} ms"
    )
    return Finding(Mark.PASS, name, detail)
