"""A zygote that cannot start says why, and ends."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jobe_torch.cell.interpreter import ENVIRONMENT_KEY
from jobe_torch.cell.zygote import preload_packet

_START = """
from jobe_torch.cell.zygote import main
try:
    main()
except Exception as error:  # as `site` does, which calls it
    print(error)
print('the placeholder program')
"""


def start(first_packet: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """An interpreter that is asked to be a zygote, with a folder of modules to preload."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.send(first_packet)
    places = os.pathsep.join([str(Path(__file__).parents[2]), str(folder)])
    with ours, theirs:
        return subprocess.run(
            [sys.executable, "-c", _START],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            pass_fds=[theirs.fileno()],
            env={ENVIRONMENT_KEY: f"folder:{theirs.fileno()}", "PYTHONPATH": places},
        )


def assert_ended(done: subprocess.CompletedProcess[str], last_words: str) -> None:
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == last_words


@pytest.mark.parametrize(
    ("source", "last_words"),
    [
        ("raise SystemExit('no licence')", "SystemExit: no licence"),
        ("raise ValueError(5)", "ValueError: 5"),
        ("import sys; sys.excepthook = print; 1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
@pytest.mark.parametrize("mother", [False, True])
def test_a_module_that_ends_the_start_is_named(
    source: str, last_words: str, tmp_path: Path, *, mother: bool
) -> None:
    (tmp_path / "preloaded.py").write_text(source)
    assert_ended(start(preload_packet(["preloaded"], mother=mother), tmp_path), last_words)


def test_a_packet_that_is_not_understood(tmp_path: Path) -> None:
    assert_ended(start(b"{}", tmp_path), "KeyError: 'modules'")
