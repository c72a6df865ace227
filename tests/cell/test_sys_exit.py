"""A run that calls ``sys.exit`` says its status as soon as one that runs to its end."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from jobe_torch.cell.last_word import LastWord

_RUN = """\
import os, sys
os.getppid = lambda: 0  # as a run's first process has it
from jobe_torch.cell.ending import Handlers, end_quickly
from jobe_torch.cell.last_word import LastWord
end_quickly(Handlers(), LastWord(int(sys.argv[1])))
"""


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("", 0),
        ("sys.exit()", 0),
        ("sys.exit(7)", 7),
        ("raise SystemExit(-1)", 255),
        ("sys.exit(256 + 9)", 9),
        ("sys.exit('a message')", 1),
        ("import atexit; atexit.register(sys.exit, 4); sys.exit(5)", 5),
        ("if os.fork(): os.wait(); sys.exit(6)\nsys.exit(8)", 6),
    ],
)
def test_the_last_word_is_the_status(program: str, status: int) -> None:
    descriptor = LastWord.make()
    word = LastWord(os.dup(descriptor))
    ended = subprocess.run(
        [sys.executable, "-BE", "-c", _RUN + program, str(descriptor)],
        pass_fds=[descriptor],
        stderr=subprocess.DEVNULL,
        check=False,
    )
    os.close(descriptor)
    assert (ended.returncode, word.status) == (status, status)
