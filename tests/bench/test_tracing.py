"""What a trace tells: each refusal, of all processes and threads, and nothing that is usual."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

import pytest

from jobe_torch.bench.tracing import trace


def _traced(program: str) -> list[str]:
    return trace([sys.executable, "-I", "-S", "-c", program], {})


@pytest.mark.parametrize(
    ("does", "line"),
    [
        pytest.param(
            "os.open('/dev/nvidia-not', os.O_RDWR)", "openat(/dev/nvidia-not) = ENOENT", id="open"
        ),
        pytest.param("os.stat('/proc/self/nothing')", "(/proc/self/nothing) = ENOENT", id="stat"),
        pytest.param("os.open('/dev/zero', 0)", "openat(/dev/zero) = 0", id="device"),
        pytest.param("os.setpriority(0, 0, 0); os.kill(1 << 22, 0)", "= ESRCH", id="call"),
        pytest.param(
            # An order of NVIDIA's driver to which it answers with a status: here what was asked.
            "fcntl.ioctl(os.open('/dev/zero', 2), 0xC020462A, b'abcd' * 8)",
            "ioctl(/dev/zero, 0xc020462a, 0x64636261: status 0x64636261) = ENOTTY",
            id="order to a driver",
        ),
    ],
)
@pytest.mark.parametrize("where", ["here", "fork", "thread"])
def test_a_refusal_is_told(does: str, line: str, where: str) -> None:
    program = (
        "import fcntl, os, threading\n"
        f"def look():\n    try:\n        {does}\n    except OSError:\n        pass\n"
        f"where = {where!r}\n"
        "if where == 'here': look()\n"
        "elif where == 'thread': t = threading.Thread(target=look); t.start(); t.join()\n"
        "elif pid := os.fork(): os.waitpid(pid, 0)\n"
        "else: look()\n"
    )
    assert any(told.endswith(line) for told in _traced(program))


def test_alike_programs_are_told_of_alike() -> None:
    program = "import os\nos.stat(f'/proc/{os.getpid()}/stat')\nos.listdir('/proc/self/fd')\n"
    assert _traced(program) == _traced(program)
    assert any("(/proc/N/stat) = 0" in line for line in _traced(program))


def test_the_end_by_a_signal_is_told() -> None:
    assert _traced("import os; os.kill(os.getpid(), 9)")[-1] == "the program was ended by signal 9"


def test_a_program_without_end_is_ended_with_all_that_left_it() -> None:
    mark = f"of {os.getpid()}"
    program = "import os\nif os.fork(): os.setsid()\nwhile True: pass"
    trace([sys.executable, "-I", "-S", "-c", program, mark], {}, patience_seconds=1)
    deadline = time.monotonic() + 10
    while _running(mark):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _running(mark: str) -> bool:
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            if mark.encode() in command.read_bytes():
                return True
    return False
