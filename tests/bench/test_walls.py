"""One wall more each time. CUDA's place takes a program that some wall stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobe_torch.backends import local
from jobe_torch.bench import walls
from jobe_torch.bench.walls import PROGRAM, try_walls
from jobe_torch.cell.gpu import Gpu

pytestmark = pytest.mark.cell

# A device that no cell needs stands in for the GPU's.
GPU = Gpu("GPU-0", ("tty",))
ALL = {
    "a plain process",
    "the same again",
    "with a cell's environment",
    "without capabilities",
    "and with the filter of system calls",
    "and in a fork",
    *(f"behind level {level}, without the filter" for level in ("caps", "userns")),
    *(f"behind level {level}" for level in ("caps", "userns")),
    *(f"behind level {level}, in a fork" for level in ("caps", "userns")),
    "in a cell",
}

VARIANTS = {
    f"- the same with {what}" for what in ("all of /sys", "all of NVIDIA's device files", "both")
}


@pytest.mark.parametrize(
    ("needs", "stopped", "traced"),
    [
        pytest.param("pass", {"in a cell"}, "> openat(/dev/null) = 0", id="nothing"),
        pytest.param(
            "import ctypes; assert ctypes.CDLL(None).personality(0xFFFFFFFF) >= 0",
            {
                "and with the filter of system calls", "and in a fork", "behind level caps",
                "behind level caps, in a fork", "behind level userns",
                "behind level userns, in a fork", "in a cell",
            },
            "> personality() = EPERM",
            id="a system call that is refused",
        ),
        pytest.param(
            "assert os.path.exists('/sys/module')",
            {name for name in ALL if name.startswith("behind")}
            | {"in a cell"}
            | VARIANTS,
            "(/sys/module) = ENOENT",
            id="a part of the file system that is not shown",
        ),
        pytest.param(
            "assert os.path.exists('/dev/tty')", {"in a cell"}, "", id="the device's file"
        ),
    ],
)  # fmt: skip
def test_the_wall_that_stops_a_program_is_told(
    cell_python: Path, needs: str, stopped: set[str], traced: str
) -> None:
    program = "import json, os, sys\nif {forked} and (child := os.fork()):\n"
    program += "    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    program += f"{needs}\nprint(json.dumps({{{{'figure': 1}}}}))\n"
    stages = list(try_walls(cell_python, GPU, program))
    named = {stage.name: stage for stage in stages}
    assert named.keys() >= ALL
    assert {stage.name for stage in stages if not stage.works} - VARIANTS == stopped - VARIANTS
    assert stopped & VARIANTS <= named.keys()
    first = next(stage for stage in stages if not stage.works)
    assert any(line.endswith(traced) for line in first.traced), first.traced
    if stopped & VARIANTS:
        assert named["- the same with all of /sys"].works
        assert not named["- the same with all of NVIDIA's device files"].works
    assert all(stage.said == "figure 1" for stage in stages if stage.works)


def test_where_no_jail_stands_a_program_is_tried_without(
    cell_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "probe_level", lambda _config: "Operation not permitted")
    *plain, jail = try_walls(cell_python, GPU, "print('{{\"forked\": {forked:d}}}')")
    assert [stage.said for stage in plain] == ["forked 0"] * 5 + ["forked 1"]
    assert not jail.works
    assert "Operation not permitted" in jail.said


def test_the_program_itself_is_one_of_cuda() -> None:
    for forked in (True, False):
        compile(PROGRAM.format(forked=forked), "program", "exec")
    assert "cuda" in walls.PROGRAM
