"""The life of a local cell: it starts, dies, is closed, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.cgroup import PATIENT
from jobe_torch.backends.local import LocalBackend, LocalCell
from jobe_torch.cell.install import install
from tests.absent import absent
from tests.cells import Program
from tests.census import children

pytestmark = pytest.mark.cell

HELLO = Program(b"print('hello')").job("hello", warm=True)
SLEEP = Program(b"import time; print('on', flush=True); time.sleep(60)", limits={"cputime": 60})
SLOT = 7


@pytest.fixture(scope="module")
def backend(cell_python: Path) -> Iterator[LocalBackend]:
    backend = LocalBackend(python=cell_python)
    yield backend
    backend.close()


@pytest.fixture
def cell(backend: LocalBackend) -> Iterator[LocalCell]:
    cell = backend.start_cell(SLOT)
    yield cell
    cell.close()


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    return {pid}.union(*(family(child) for child in children(pid)))


def gone(pids: set[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 10
    while not gone(pids):
        assert time.monotonic() < deadline, f"{pids} are still there"
        time.sleep(0.02)


def test_a_cell_says_what_it_is(cell: LocalCell, backend: LocalBackend) -> None:
    assert cell.ready.jail == backend.level
    assert set(cell.ready.modules) == {"numpy", "torch"}
    assert cell.ready.memory_bytes > 0


def test_a_cell_takes_one_job_after_the_other(cell: LocalCell) -> None:
    for warm in (True, False, True, True, False):
        report = cell.run(Program(b"print('hello')").job("j", warm=warm))
        assert report.run is not None
        assert (report.run.stdout, report.run.stderr, report.warm) == (b"hello\n", b"", warm)


@pytest.mark.usefixtures("many_open_files")
def test_a_cell_of_a_server_with_very_many_connections_is_alive(backend: LocalBackend) -> None:
    cell = backend.start_cell(SLOT)
    assert cell.alive()
    assert cell.run(HELLO).run
    cell.close()


def test_closing_leaves_no_process_and_can_be_done_twice(backend: LocalBackend) -> None:
    cell = backend.start_cell(SLOT)
    pids = family(cell._process.pid)
    assert len(pids) >= 4  # the wall, the agent, the zygote, a holder; a spare
    cell.close()
    assert gone(pids)
    cell.close()
    assert not cell.alive()


def test_closing_the_backend_ends_the_starts_under_way(cell_python: Path) -> None:
    """Ctrl-C while the cells import torch; the start would succeed otherwise."""
    backend = LocalBackend(python=cell_python)
    before = set(children(os.getpid()))
    with ThreadPoolExecutor(1) as starter:
        start = starter.submit(backend.start_cell, SLOT)
        while not (begun := set(children(os.getpid())) - before):
            time.sleep(0.01)
        backend.close()
        with pytest.raises(BackendError, match="did not start"):
            start.result()
    wait_until_gone(begun)


def test_a_closed_cell_refuses_a_job_that_it_did_not_start(backend: LocalBackend) -> None:
    cell = backend.start_cell(SLOT)
    cell.close()
    with pytest.raises(CellLost) as lost:
        cell.run(HELLO)
    assert not lost.value.started


def test_closing_from_another_thread_ends_a_run(backend: LocalBackend) -> None:
    cell = backend.start_cell(SLOT)
    pids = family(cell._process.pid)
    threading.Timer(0.5, cell.close).start()
    with pytest.raises(CellLost) as lost:
        cell.run(SLEEP.job("s", warm=True))
    assert lost.value.started
    wait_until_gone(pids)


@pytest.mark.parametrize("victim", ["wall", "agent", "zygote"])
def test_a_killed_part_loses_an_idle_cell(backend: LocalBackend, victim: str) -> None:
    cell = backend.start_cell(SLOT)
    wall = cell._process.pid
    (agent,) = children(wall)
    zygote = min(children(agent))
    everything = family(wall)
    os.kill({"wall": wall, "agent": agent, "zygote": zygote}[victim], signal.SIGKILL)
    with pytest.raises(CellLost):
        # A run takes milliseconds: what is on its way out may answer one.
        _ = [cell.run(HELLO) for _ in range(1000)]
    cell.close()
    wait_until_gone(everything)


def test_a_waiting_spare_that_the_kernel_took_is_replaced(cell: LocalCell) -> None:
    (agent,) = children(cell._process.pid)
    (spare,) = children(min(children(agent)))
    os.kill(spare, signal.SIGKILL)
    wait_until_gone({spare})
    for _ in range(2):
        run = cell.run(HELLO).run
        assert run
        assert run.stdout == b"hello\n"


def test_a_cell_dies_with_the_server_that_started_it(cell_python: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from jobe_torch.backends.local import LocalBackend\n"
        f"cell = LocalBackend(python=Path({str(cell_python)!r})).start_cell({SLOT})\n"
        "print(cell._process.pid, flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        pids = family(int(server.stdout.readline()))
        server.kill()
    wait_until_gone(pids)


def test_groups_of_a_closed_cell_are_removed(backend: LocalBackend) -> None:
    cell = backend.start_cell(SLOT)
    group = cell._group
    cell.close()
    if group is None:
        pytest.skip("no right to make control groups here")
    assert not any(folder.exists() for folder in group.folders)


def test_a_cell_lets_the_others_go_first_while_it_warms_up(backend: LocalBackend) -> None:
    with ThreadPoolExecutor(1) as starter:
        start = starter.submit(backend.start_cell, SLOT)
        while not (starting := tuple(backend._starting)):
            time.sleep(0.01)
        group = starting[0]._group
        weight = group.weight if group else None
        seen = {int(weight.file.read_text())} if weight else set()
        while weight and not start.done():
            seen.add(int(weight.file.read_text()))
            time.sleep(0.01)
        with contextlib.closing(start.result()):
            if weight is None:
                absent("no right to weigh control groups here")
            assert min(seen) == weight.usual // PATIENT
            assert int(weight.file.read_text()) == weight.usual


@pytest.mark.parametrize("by_link", [False, True], ids=["itself", "by a link"])
def test_an_interpreter_may_lie_in_the_temporary_folder(tmp_path: Path, *, by_link: bool) -> None:
    home = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "bare"], check=True)
        install(home / "bare/bin/python")
        (tmp_path / "link").symlink_to(home / "bare")
        python = (tmp_path / "link" if by_link else home / "bare") / "bin/python"
        with contextlib.closing(LocalBackend(python=python, preload=()).start_cell(SLOT)) as cell:
            for warm in (True, False):
                run = cell.run(Program(b"print('hello')").job("j", warm=warm)).run
                assert run
                assert (run.stdout, run.stderr) == (b"hello\n", b"")
    finally:
        shutil.rmtree(home)


@pytest.mark.parametrize(
    ("file", "reason"),
    [("nowhere", "No such file"), ("/bin/true", "Expecting value")],
    ids=["not there", "another program"],
)
def test_a_file_that_is_no_python_is_refused(tmp_path: Path, file: str, reason: str) -> None:
    with pytest.raises(BackendError, match=f"no Python that works: {reason}"):
        LocalBackend(python=tmp_path / file)


def test_an_interpreter_without_the_hook_is_named_with_the_repair(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    backend = LocalBackend(python=tmp_path / "bare/bin/python")
    with pytest.raises(BackendError, match=r"jobe_torch\.cell\.install"):
        backend.start_cell(SLOT)


def test_nonsense_from_an_agent_loses_the_cell(cell: LocalCell) -> None:
    with contextlib.closing(cell._channel.dup()) as channel:
        channel.sendall(b"\xff" * 8)  # the agent gives a server up that sends no frames
    with pytest.raises(CellLost):
        cell.run(HELLO)
    assert not cell.alive()
