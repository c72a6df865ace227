"""The mother of local cells: what they have of her, what not, and what becomes of her."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from jobe_torch.backends import local, talk
from jobe_torch.backends.base import BackendError
from jobe_torch.backends.local import LocalBackend, LocalCell
from jobe_torch.backends.mother import Mother, Mothers
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.install import install
from jobe_torch.cell.jail import Level
from tests.absent import absent
from tests.cells import Program
from tests.census import children

pytestmark = pytest.mark.cell

HELLO = Program(b"print('hello')").job("hello", warm=True)
SPACES = ("user", "mnt", "pid", "net", "ipc", "uts")
SLOT = 20


def make(python: Path, level: Level, **more: object) -> LocalBackend:
    """A backend at just this level, whose cells can have a mother."""
    try:
        backend = LocalBackend(python=python, **more)  # type: ignore[arg-type]
    except BackendError as error:
        absent(str(error))
    backend._config = replace(backend._config, level=level)
    if backend.level is Level.USERNS1 or local.probe_level(backend._config):
        absent(f"level {level} does not stand here")
    return backend


@pytest.fixture(scope="module", params=[Level.USERNS, Level.CAPS])
def backend(cell_python: Path, request: pytest.FixtureRequest) -> Iterator[LocalBackend]:
    backend = make(cell_python, request.param)
    yield backend
    backend.close()


@pytest.fixture
def cells(backend: LocalBackend) -> Iterator[tuple[LocalCell, LocalCell]]:
    with (
        contextlib.closing(backend.start_cell(SLOT)) as one,
        contextlib.closing(backend.start_cell(SLOT + 1)) as other,
    ):
        yield one, other


def mother_of(backend: LocalBackend) -> int:
    mother = backend._mothers._mother
    assert mother is not None
    return mother._process.pid


def agent_of(cell: LocalCell) -> int:
    (agent,) = children(cell._process.pid)
    return agent


def zygote_of(cell: LocalCell) -> int:
    (zygote,) = (
        pid
        for pid in children(agent_of(cell))
        if Path(f"/proc/{pid}/comm").read_text() == "python\n"
    )
    return zygote


def spaces_of(pid: int) -> dict[str, str]:
    return {kind: str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in SPACES}


def files_of(pid: int) -> dict[int, str]:
    folder = Path(f"/proc/{pid}/fd")
    return {int(file.name): str(file.readlink()) for file in folder.iterdir()}


def ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z"
    except OSError:
        return True


def wait_until_ended(pid: int) -> None:
    deadline = time.monotonic() + 10
    while not ended(pid):
        assert time.monotonic() < deadline, f"{pid} is still there"
        time.sleep(0.02)


def says_hello(cell: LocalCell) -> bool:
    run = cell.run(HELLO).run
    return run is not None and run.stdout == b"hello\n"


def test_a_zygote_is_in_the_namespaces_of_its_agent_and_in_no_others(
    backend: LocalBackend, cells: tuple[LocalCell, LocalCell]
) -> None:
    one, other = (spaces_of(zygote_of(cell)) for cell in cells)
    assert [one, other] == [spaces_of(agent_of(cell)) for cell in cells]
    kinds = SPACES if backend._config.level is Level.USERNS else SPACES[1:]
    mother = spaces_of(mother_of(backend))
    assert all(one[kind] != other[kind] != mother[kind] != one[kind] for kind in kinds)


def test_a_zygote_ends_with_its_agent_whose_child_it_is(
    cells: tuple[LocalCell, LocalCell],
) -> None:
    zygote = zygote_of(cells[0])
    os.kill(agent_of(cells[0]), signal.SIGKILL)
    wait_until_ended(zygote)
    assert says_hello(cells[1])


def portrait(cell: LocalCell) -> dict[str, object]:
    """All of a zygote that the kernel shows from outside and that is not a number of its own."""
    zygote = Path(f"/proc/{zygote_of(cell)}")
    status = dict(
        line.split(":\t", 1)
        for line in (zygote / "status").read_text().splitlines()
        if not line.startswith(("Vm", "Rss", "Hugetlb", "voluntary", "nonvol"))
    )
    for own in ("Pid", "Tgid", "Ngid", "PPid", "State", "NStgid", "NSpid"):
        del status[own]
    session, leader = status.pop("NSsid").split(), status.pop("NSpgid").split()
    files = {
        number: re.sub(r"\d+", "", name) for number, name in files_of(int(zygote.name)).items()
    }
    return {
        "status": status,
        "session seen from inside": (session[1:], leader[1:]),
        "session of its own": session[0] != str(os.getsid(0)),
        "command": (zygote / "cmdline").read_bytes(),
        "environment": (zygote / "environ").read_bytes().strip(b"\0"),
        "limits": (zygote / "limits").read_text(),
        "folder": str((zygote / "cwd").readlink()),
        "program": str((zygote / "exe").readlink()),
        "oom": (zygote / "oom_score_adj").read_text(),
        "coredumps": (zygote / "coredump_filter").read_text(),
        "groups": re.sub(r"-\d+-\d+$", "", (zygote / "cgroup").read_text(), flags=re.MULTILINE),
        "nice": (zygote / "stat").read_text().rpartition(") ")[2].split()[15:17],
        "mounts": len((zygote / "mounts").read_text().splitlines()),
        "streams": {number: files[number] for number in range(3)},
        "how many files": sorted(files.values()),
        "writable and shared": sum("rw-s" in line for line in _maps(int(zygote.name))),
    }


def _maps(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/maps").read_text().splitlines()


def test_a_zygote_is_what_its_agent_would_have_started(backend: LocalBackend) -> None:
    with contextlib.closing(backend.start_cell(SLOT)) as cell:
        born = portrait(cell)
    with contextlib.closing(backend._start_cell(SLOT, None)) as cell:
        started = portrait(cell)
    # Of the file with the last word, which the mapping keeps.
    started["how many files"].remove("/memfd:last word (deleted)")  # type: ignore[attr-defined]
    assert born == started


def test_cells_of_one_mother_share_nothing_that_can_be_written(
    backend: LocalBackend, cells: tuple[LocalCell, LocalCell]
) -> None:
    pids = [mother_of(backend), *map(zygote_of, cells)]
    shared = [{line.split()[4] for line in _maps(pid) if "rw-s" in line} for pid in pids]
    assert all(len(inodes) == 1 for inodes in shared), "the page for the last word"
    assert len(set.union(*shared)) == len(pids)
    agents = [
        {line.split()[4] for line in _maps(agent_of(cell)) if "rw-s" in line} for cell in cells
    ]
    assert agents == shared[1:], "each with its own zygote"
    streams = [
        {name for name in files_of(pid).values() if name.startswith(("socket:", "pipe:"))}
        for pid in pids
    ]
    assert all(len(names) == 2 for names in streams), "the log, and the agent or the server"
    assert len(set.union(*streams)) == 2 * len(pids)


def test_a_cell_owns_what_it_writes(
    backend: LocalBackend, cells: tuple[LocalCell, LocalCell]
) -> None:
    with contextlib.closing(backend._start_cell(SLOT + 2, None)) as alone:
        if alone._group is None:
            absent("no right to make control groups here")
        assert cells[1].ready.memory_bytes < alone.ready.memory_bytes / 3


LOOKS = b"""
import os, signal, sys
mother = int(sys.argv[1])

def refused(what):
    try:
        what()
    except OSError as error:
        return error.strerror
    return "done"

print(refused(lambda: os.kill(mother, signal.SIGKILL)))
print(refused(lambda: os.pidfd_open(mother)))
print(refused(lambda: open(f"/proc/{mother}/maps")))
print(os.getppid(), sorted(os.listdir("/proc/self/fd")))
print([name for name in os.listdir("/proc") if name.isdigit() and int(name) > 20])
print([line for line in open("/proc/self/maps") if "rw-s" in line and "last word" not in line])
"""


@pytest.mark.parametrize("warm", [True, False])
def test_a_run_cannot_reach_her(
    backend: LocalBackend, cells: tuple[LocalCell, LocalCell], *, warm: bool
) -> None:
    mother = mother_of(backend)
    run = cells[0].run(Program(LOOKS, args=(str(mother),)).job("l", warm=warm)).run
    assert run
    assert run.stdout.decode().splitlines() == [
        "No such process",
        "No such process",
        "No such file or directory",
        "0 ['0', '1', '2', '3']",
        "[]",
        "[]",
    ], run
    assert not ended(mother)


def test_she_is_behind_walls_and_an_ordinary_user_where_cells_allow_it(
    backend: LocalBackend, cells: tuple[LocalCell, LocalCell]
) -> None:
    mother = Path(f"/proc/{mother_of(backend)}")
    status = dict(line.split(":\t", 1) for line in (mother / "status").read_text().splitlines())
    assert {Path(f"{mother}/root/{name}").exists() for name in ("home/jobe", "usr")} == {True}
    assert not any((mother / "root" / name).exists() for name in ("etc/shadow", "sys/fs"))
    assert [home.name for home in (mother / "root/home").iterdir()] == ["jobe"]
    assert "lo:" in (mother / "net/dev").read_text()
    assert len((mother / "net/dev").read_text().splitlines()) == 3, "two of headings"
    ours, hers = spaces_of(os.getpid()), spaces_of(int(mother.name))
    assert {kind for kind in SPACES if ours[kind] == hers[kind]} == {"user", "pid"}
    if backend._config.level is Level.USERNS:
        identity = backend._mothers_config.wall.host_id
        assert status["Uid"].split() == status["Gid"].split() == [str(identity)] * 4
        assert status["Groups"].split() == []
        assert {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert (mother / "environ").stat().st_uid == 0, "not dumpable"
    assert cells


PATHS = Program(
    b"import os\n"
    b"print(os.readlink('/proc/self/exe'))\n"
    b"print(sorted({line.split()[-1] for line in open('/proc/self/maps') if '.so' in line}))\n"
).job("paths", warm=True)


def test_a_dead_mother_is_replaced_and_her_cells_live_on(backend: LocalBackend) -> None:
    with contextlib.closing(backend.start_cell(SLOT)) as one:
        before = mother_of(backend)
        paths = [run.stdout for run in [one.run(PATHS).run] if run]
        os.kill(before, signal.SIGKILL)
        wait_until_ended(before)
        with contextlib.closing(backend.start_cell(SLOT + 1)) as other:
            assert mother_of(backend) != before
            assert says_hello(one)
            for _ in range(2):  # the first was forked before she died
                assert [run.stdout for run in [one.run(PATHS).run] if run] == paths
            assert says_hello(other)


def test_a_start_fails_when_she_dies_under_it_and_the_next_succeeds(backend: LocalBackend) -> None:
    backend.start_cell(SLOT).close()
    before = mother_of(backend)
    os.kill(before, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as starter:
        start = starter.submit(backend.start_cell, SLOT)
        while not backend._starting:
            time.sleep(0.01)
        os.kill(before, signal.SIGKILL)
        with pytest.raises(BackendError, match="did not start"):
            start.result()
    with contextlib.closing(backend.start_cell(SLOT)) as cell:
        assert says_hello(cell)


def test_one_that_hangs_is_given_up_like_a_cell_and_replaced(
    backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.start_cell(SLOT).close()
    before = mother_of(backend)
    os.kill(before, signal.SIGSTOP)
    with monkeypatch.context() as patched:
        patched.setattr(talk, "_START_SECONDS", 1.0)
        with pytest.raises(BackendError, match="did not start"):
            backend.start_cell(SLOT)
    wait_until_ended(before)
    with contextlib.closing(backend.start_cell(SLOT)) as cell:
        assert says_hello(cell)


def test_where_she_cannot_enter_cells_import_for_themselves_and_it_is_said_once(
    cell_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = make(cell_python, Level.USERNS)
    monkeypatch.setattr(LocalBackend, "_owner", 1)
    with capture_logs() as logs:
        for _ in range(2):
            with contextlib.closing(backend.start_cell(SLOT)) as cell:
                assert says_hello(cell)
    backend.close()
    assert any("cannot enter the cell" in line.get("said", "") for line in logs)
    assert sum(line["event"].startswith("no mother") for line in logs) == 1
    assert backend._mothers._mother is None


def test_cells_of_ordinary_users_and_with_gpus_do_without(cell_python: Path) -> None:
    backend = make(cell_python, Level.USERNS)
    assert not backend.why_no_mother
    backend._config = replace(backend._config, level=Level.USERNS1)
    assert "ordinary user" in backend.why_no_mother
    backend.close()
    with contextlib.closing(LocalBackend(python=cell_python, gpus=[Gpu("GPU-1")])) as with_gpu:
        assert "GPU" in with_gpu.why_no_mother


def test_she_dies_with_the_server(cell_python: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from jobe_torch.backends.local import LocalBackend\n"
        f"backend = LocalBackend(python=Path({str(cell_python)!r}))\n"
        f"cell = backend.start_cell({SLOT})\n"
        "print(backend._mothers._mother._process.pid, flush=True)\n"
        "time.sleep(600)"
    )
    make(cell_python, Level.USERNS).close()
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        mother = int(server.stdout.readline())
        server.kill()
    wait_until_ended(mother)


def test_she_dies_with_the_server_while_she_imports(cell_python: Path) -> None:
    program = (
        "import os, sys, threading, time; from pathlib import Path\n"
        "from jobe_torch.backends.local import LocalBackend\n"
        f"backend = LocalBackend(python=Path({str(cell_python)!r}))\n"
        f"threading.Thread(target=backend.start_cell, args=({SLOT},)).start()\n"
        "while not backend._mothers._mother: time.sleep(0.01)\n"
        "time.sleep(0.3)\n"
        "print(backend._mothers._mother._process.pid, flush=True)\n"
        "time.sleep(600)"
    )
    make(cell_python, Level.USERNS).close()
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        mother = int(server.stdout.readline())
        os.kill(mother, signal.SIGSTOP)  # she would notice, once she is ready
        server.kill()
    wait_until_ended(mother)


def test_closing_the_backend_ends_her_and_removes_her_group(cell_python: Path) -> None:
    backend = make(cell_python, Level.USERNS)
    cell = backend.start_cell(SLOT)
    mother = backend._mothers._mother
    assert mother is not None
    cell.close()
    backend.close()
    assert ended(mother._process.pid)
    assert mother._group is None or not any(folder.exists() for folder in mother._group.folders)
    with pytest.raises(BackendError, match="ending"):
        backend.start_cell(SLOT)


def test_a_broken_module_is_named_and_not_imported_again_at_once(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    python = tmp_path / "bare/bin/python"
    hook = install(python)
    (hook.parent / "broken.py").write_text("raise RuntimeError('it is broken')\n")
    backend = make(python, Level.USERNS, preload=("broken",))
    reasons = []
    for _ in range(3):
        with pytest.raises(BackendError) as failure:
            backend.start_cell(SLOT)
        reasons.append(str(failure.value))
    number = next(backend._starts)
    backend.close()
    assert "did not start" in reasons[0]
    assert "it is broken" in reasons[0]
    assert reasons[1:] == reasons[:1] * 2
    assert number == 1, "one group was made, for one mother"


def test_those_who_wait_for_a_mother_that_does_not_start_are_told_why() -> None:
    made: list[Mother] = []

    class Broken(Mother):
        def __init__(self) -> None:
            made.append(self)

        def wait_until_ready(self) -> None:
            raise BackendError("it is broken")

    mothers = Mothers(Broken)
    for _ in range(3):
        with pytest.raises(BackendError, match="it is broken"):
            mothers.present()
    assert len(made) == 1
