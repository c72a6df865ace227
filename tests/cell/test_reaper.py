"""The program that is PID 1 of a run: what is in its file, and that this machine executes it."""

from __future__ import annotations

import os
import signal
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobe_torch.cell import reaper


@pytest.fixture
def pid(tmp_path: Path) -> Iterator[int]:
    """The started program, which is killed and collected afterwards."""
    file = _install(tmp_path)
    pid = os.posix_spawn(file, [file.name], {}, setsigmask=[signal.SIGCHLD])
    yield pid
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "it had ended by itself"


def _install(folder: Path) -> Path:
    file = folder / reaper.NAME
    file.write_bytes(reaper.program())
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(("machine", "number"), [("x86_64", 62), ("aarch64", 183)])
def test_the_file_is_an_executable_of_its_machine(machine: str, number: int) -> None:
    program = reaper.program(machine)
    assert program.startswith(b"\x7fELF")
    assert struct.unpack_from("<HH", program, 16) == (2, number)
    (entry,) = struct.unpack_from("<Q", program, 24)
    offset, address, _, size = struct.unpack_from("<QQQQ", program, 64 + 8)
    assert (offset, size) == (0, len(program))
    assert 0 < entry - address < len(program)
    assert program.endswith((1 << (signal.SIGCHLD - 1)).to_bytes(8, "little"))


def test_it_has_hardly_any_memory(pid: int) -> None:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    assert pages < 100


def test_without_children_it_sleeps(pid: int) -> None:
    before = Path(f"/proc/{pid}/stat").read_text().split()
    while before[2] == "R":
        before = Path(f"/proc/{pid}/stat").read_text().split()
    assert before[2] == "S"


def test_one_that_is_late_is_waited_for(tmp_path: Path) -> None:
    file = _install(tmp_path)
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", 'sleep 0.2; exec "$0"', str(file)], {})
    try:
        reaper.wait_until_executed(pid)
        assert Path(f"/proc/{pid}/exe").readlink() == file
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_one_that_does_not_start_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaper, "_PATIENCE_SECONDS", 0.1)
    with pytest.raises(OSError, match="did not start"):
        reaper.wait_until_executed(os.getpid())
