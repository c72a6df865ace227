"""Local cells with a GPU: what they show, when they make a context, whose fault a failure is.

A stand-in takes CUDA's place (tests/cell/cuda_standin.py), so all but CUDA itself is real
here; tests/gpu has the same on a GPU.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from jobe_torch.backends import local
from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.local import LocalBackend, LocalCell
from jobe_torch.cell.gpu import Gpu
from tests.cells import Program
from tests.census import children

pytestmark = pytest.mark.cell

SLOT = 11
TESTS = Path(__file__).parents[1]
# A device that no cell needs stands in for the GPU's.
NODE = "tty"
FACTS = Program(
    b"import json, os, torch\n"
    b"names = ('CUDA_VISIBLE_DEVICES', 'CUBLAS_WORKSPACE_CONFIG')\n"
    b"own = getattr(torch.cuda, 'context_of', None) == os.getpid()\n"
    b"share = getattr(torch.cuda, 'share', None)\n"
    b"facts = [os.environ.get(name) for name in names]\n"
    b"print(json.dumps([*facts, own, share, sorted(os.listdir('/dev'))]))\n"
)
WAIT_FOR_LOSS = (
    b"import os, sys, time\n"
    b"while os.path.exists(os.environ['CUDA_VISIBLE_DEVICES']):\n"
    b"    time.sleep(0.01)\n"
)
WARM_AND_COLD = pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])


@pytest.fixture
def driver() -> Iterator[Path]:
    """A folder that a run's user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def gpu() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # for the run's user
        file = Path(folder, "GPU-1")
        file.write_text("4096 0")
        yield file


Start = Callable[..., LocalCell]


@pytest.fixture
def start(cell_python: Path, gpu: Path) -> Iterator[Start]:
    """Starts cells with the stand-in for CUDA."""
    cells = []

    def start(standin: str = "tests.cell.cuda_standin", **facts: Any) -> LocalCell:  # noqa: ANN401 - those of a Gpu
        backend = LocalBackend(
            python=cell_python, preload=("torch", standin), gpus=[Gpu(str(gpu), (NODE,), **facts)]
        )
        folders = (*backend._config.folders, str(TESTS / "cell"), str(gpu.parent))
        backend._config = replace(backend._config, folders=folders)
        cells.append(backend.start_cell(SLOT))
        return cells[-1]

    yield start
    for cell in cells:
        cell.close()


def facts(cell: LocalCell, *, warm: bool) -> list[object]:
    run = cell.run(FACTS.job("facts", warm=warm)).run
    assert run
    assert (run.exit_code, run.stderr) == (0, b"")
    told: list[object] = json.loads(run.stdout)
    return told


def family(pid: int) -> set[int]:
    return {pid}.union(*(family(child) for child in children(pid)))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@WARM_AND_COLD
def test_a_run_sees_its_gpu_only(start: Start, gpu: Path, *, warm: bool) -> None:
    visible, workspace, _, _, devices = facts(start(), warm=warm)
    assert visible == str(gpu)
    assert workspace == ":4096:8"
    assert isinstance(devices, list)
    assert NODE in devices


@WARM_AND_COLD
def test_a_run_without_a_gpu_sees_none(cell_python: Path, *, warm: bool) -> None:
    cell = LocalBackend(python=cell_python).start_cell(SLOT)
    try:
        visible, workspace, own, share, devices = facts(cell, warm=warm)
    finally:
        cell.close()
    assert (visible, workspace, own, share) == ("", None, False, None)
    assert isinstance(devices, list)
    assert NODE not in devices
    assert not [name for name in devices if name.startswith("nvidia")]


@WARM_AND_COLD
def test_torch_asks_nobody_for_gpus_where_there_is_none(cell_python: Path, *, warm: bool) -> None:
    """Where the driver's library is without its device files, torch would warn on stderr."""
    program = Program(b"import torch\nprint(torch.cuda._device_count_nvml())\n")
    cell = LocalBackend(python=cell_python).start_cell(SLOT)
    try:
        run = cell.run(program.job("count", warm=warm)).run
    finally:
        cell.close()
    assert run
    assert (run.stdout, run.stderr) == (b"0\n", b"")


def test_the_context_is_the_spares_own(start: Start) -> None:
    cell = start()
    assert facts(cell, warm=True)[2:4] == [True, None]
    assert facts(cell, warm=True)[2:4] == [True, None]


@WARM_AND_COLD
def test_a_context_is_not_counted_in_what_a_program_may_use(
    start: Start, gpu: Path, *, warm: bool
) -> None:
    """In a cold run it is the program that makes it; one as large as the spare's."""
    gpu.write_text(f"{600 << 20} 20")
    source = (
        f"own, of_the_context = {300 << 20}, {0 if warm else 600 << 20}\n".encode()
        + b"import mmap, threading\n"
        b"there = mmap.mmap(-1, own + of_the_context, flags=mmap.MAP_PRIVATE)\n"
        b"threads = [threading.Thread(target=threading.Event().wait, daemon=True)"
        b" for _ in range(25)]\n"
        b"for thread in threads:\n"
        b"    thread.start()\n"
        b"print('done')\n"
        b"mmap.mmap(-1, 700 << 20, flags=mmap.MAP_PRIVATE)\n"
    )
    limits = {"memorylimit": 600.0, "numprocs": 30.0}
    run = start().run(Program(source, limits=limits).job("1", warm=warm)).run
    assert run
    assert (run.exit_code, run.stdout) == (1, b"done\n"), run
    assert b"Cannot allocate memory" in run.stderr


@WARM_AND_COLD
def test_the_drivers_libraries_are_found_where_no_linker_looks(
    start: Start, driver: Path, *, warm: bool
) -> None:
    """As on machines into which the driver is mounted, and found by LD_LIBRARY_PATH."""
    ctypes.CDLL("libseccomp.so.2")
    mappings = Path("/proc/self/maps").read_text().split()
    shutil.copy(next(word for word in mappings if "libseccomp" in word), driver / "libdriver.so.1")
    source = (
        b"import ctypes, os\nctypes.CDLL('libdriver.so.1')\nprint(os.environ['LD_LIBRARY_PATH'])\n"
    )
    run = start(libraries=str(driver)).run(Program(source).job("1", warm=warm)).run
    assert run
    assert (run.stdout.decode(), run.stderr) == (f"{driver}\n", b"")


@WARM_AND_COLD
def test_what_the_driver_looks_at_is_shown(start: Start, *, warm: bool) -> None:
    """Of what a host without the driver has too; and it is shown for reading only."""
    there, not_there = "/sys/module/kernel/parameters/panic", "/sys/module/nvidia/refcnt"
    source = (
        f"print(open('{there}').read(), end='')\n"
        "import os\n"
        "print(os.listdir('/sys/module'), os.listdir('/sys/module/kernel/parameters'))\n"
        f"open('{there}', 'w')\n"
    )
    run = start(files=(there, not_there)).run(Program(source.encode()).job("1", warm=warm)).run
    assert run
    assert run.stdout.decode() == f"{Path(there).read_text()}['kernel'] ['panic']\n"
    assert b"Read-only file system" in run.stderr


@WARM_AND_COLD
def test_a_context_may_name_its_threads(start: Start, *, warm: bool) -> None:
    """As CUDA's driver does from version 570 on; refused, it makes no context."""
    source = (
        b"import threading\n"
        b"def name():\n"
        b"    own = f'/proc/self/task/{threading.get_native_id()}/comm'\n"
        b"    with open(own, 'w') as comm:\n"
        b"        comm.write('cuda')\n"
        b"    print(open(own).read())\n"
        b"thread = threading.Thread(target=name)\n"
        b"thread.start()\n"
        b"thread.join()\n"
    )
    run = start().run(Program(source).job("1", warm=warm)).run
    assert run
    assert (run.stdout, run.stderr) == (b"cuda\n\n", b"")


def test_an_even_share_of_memory_is_asked_of_torch(start: Start) -> None:
    assert facts(start(share=0.25), warm=True)[3] == 0.25


@WARM_AND_COLD
def test_a_program_that_fails_on_a_gpu_that_is_well_has_failed(start: Start, *, warm: bool) -> None:
    cell = start()
    for _ in range(2):
        run = cell.run(Program(b"raise SystemExit(3)").job("f", warm=warm)).run
        assert run
        assert run.exit_code == 3
    assert facts(cell, warm=True)[2] is True


def test_a_gpu_that_is_lost_while_a_cell_waits_is_found_out_before_the_run(
    start: Start, gpu: Path
) -> None:
    cell = start()
    gpu.unlink()
    with pytest.raises(CellLost, match="file is gone") as lost:
        cell.run(Program(b"print('never')").job("1", warm=True))
    assert not lost.value.started


@WARM_AND_COLD
def test_a_program_whose_gpu_is_lost_has_not_failed(start: Start, gpu: Path, *, warm: bool) -> None:
    cell = start()
    loss = threading.Timer(1, gpu.unlink)
    loss.start()
    with pytest.raises(CellLost, match="file is gone") as lost:
        cell.run(Program(WAIT_FOR_LOSS + b"raise RuntimeError").job("1", warm=warm))
    assert not lost.value.started
    until(lambda: not cell.alive())


def test_a_program_that_succeeds_although_its_gpu_is_lost_has_succeeded(
    start: Start, gpu: Path
) -> None:
    cell = start()
    loss = threading.Timer(1, gpu.unlink)
    loss.start()
    run = cell.run(Program(WAIT_FOR_LOSS + b"print('done')").job("1", warm=True)).run
    assert run
    assert run.stdout == b"done\n"
    until(lambda: not cell.alive())


def test_a_context_that_nobody_uses_is_given_up_and_made_again(start: Start) -> None:
    cell = start(idle_seconds=1)
    waiting = family(cell._process.pid)
    until(lambda: len(family(cell._process.pid)) < len(waiting))
    assert cell.alive()
    assert facts(cell, warm=False)[2] is False
    until(lambda: len(family(cell._process.pid)) < len(waiting))
    assert facts(cell, warm=True)[2] is True


def test_a_cell_whose_gpu_is_not_there_says_why_it_does_not_start(start: Start, gpu: Path) -> None:
    gpu.unlink()
    with pytest.raises(BackendError, match="file is gone"):
        start()


def test_a_zygote_with_a_context_does_not_start(start: Start) -> None:
    with capture_logs() as logs, pytest.raises(BackendError, match="zygote did not start"):
        start("tests.cell.cuda_too_early")
    assert any("made a CUDA context" in line["said"] for line in logs)


def test_a_torch_without_cuda_says_so(cell_python: Path) -> None:
    """The real torch: on a machine with a GPU, its own words for a GPU that is not there."""
    before = children(os.getpid())
    backend = LocalBackend(python=cell_python, gpus=[Gpu("GPU-0", (NODE,))])
    with pytest.raises(BackendError, match=r"CUDA"):
        backend.start_cell(SLOT)
    assert children(os.getpid()) <= before


def test_a_gpu_is_kept_awake_as_long_as_it_is_served(
    cell_python: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its driver shuts it down when nobody has it open; its control device does not count."""
    monkeypatch.setattr(local, "_DEVICES", tmp_path)
    for name in ("nvidiactl", "nvidia3"):
        (tmp_path / name).touch()
    two_cells = [Gpu("GPU-1", ("nvidiactl", "nvidia3")), Gpu("GPU-1", ("nvidiactl", "nvidia3"))]
    gone = Gpu("GPU-2", ("nvidiactl", "nvidia4"))
    backend = LocalBackend(python=cell_python, gpus=[*two_cells, gone])
    assert held(tmp_path) == ["nvidia3"]
    backend.close()
    backend.close()
    assert held(tmp_path) == []


def held(folder: Path) -> list[str]:
    """Files of a folder that this process has open."""
    targets = [file.readlink() for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    return [target.name for target in targets if target.parent == folder]
