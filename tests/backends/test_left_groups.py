"""What a killed server left of its control groups goes with the start of the next one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobe_torch.backends.cgroup import CellGroup
from jobe_torch.backends.left_groups import name_of_group, remove_left_groups
from jobe_torch.backends.local import LocalBackend
from tests.absent import absent

_NAME = """
from jobe_torch.backends.left_groups import name_of_group
print(name_of_group("local-0-0"), flush=True)
input()
"""
_SERVER = """
import sys, time
from pathlib import Path
from jobe_torch.backends.local import LocalBackend
cell = LocalBackend(python=Path(sys.argv[1]), preload=()).start_cell(7)
print(*(cell._group.folders if cell._group else ()), flush=True)
time.sleep(600)
"""


def folders(place: Path) -> set[str]:
    return {folder.name for folder in place.iterdir()}


@pytest.mark.parametrize("controllers", [("memory", "pids", "cpu"), ("",)], ids=["v1", "v2"])
def test_only_empty_groups_of_dead_servers_are_removed(
    tmp_path: Path, controllers: tuple[str, ...]
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        others = other.stdout.readline().strip()
        places = [tmp_path / controller for controller in controllers]
        own = name_of_group("local-0-0")
        busy = f"{others}-busy"
        foreign = others.replace("jobe-torch-", "jobe-torch-1")  # of another pid namespace
        strange = {"jobe-torch-server", "jobe-torch-a-b-c-d", "system.slice"}
        for place in places:
            for name in (own, others, f"{busy}/process", foreign, *strange):
                (place / name).mkdir(parents=True)
        group = CellGroup(tuple(place / own for place in places), tmp_path, None)
        remove_left_groups(group)
        living = {own, others, busy, foreign, *strange}
        assert [folders(place) for place in places] == [living] * len(places)
        other.kill()
    remove_left_groups(group)
    assert [folders(place) for place in places] == [living - {others}] * len(places)


def test_a_pid_that_is_taken_again_names_another_server(tmp_path: Path) -> None:
    own = name_of_group("local-0-0")
    start = own.split("-")[4]
    former = own.replace(start, str(int(start) - 1))
    for name in (own, former):
        (tmp_path / name).mkdir()
    remove_left_groups(CellGroup((tmp_path / own,), tmp_path, None))
    assert folders(tmp_path) == {own}


@pytest.mark.cell
def test_the_next_server_removes_what_a_killed_one_left(cell_python: Path) -> None:
    command = [sys.executable, "-c", _SERVER, str(cell_python)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        left = [Path(folder) for folder in server.stdout.readline().split()]
        server.kill()
    if not left:
        absent("no right to make control groups here")
    for folder in left:
        while (folder / "cgroup.procs").read_text():
            os.sched_yield()
    backend = LocalBackend(python=cell_python, preload=())
    backend.start_cell(7).close()
    backend.close()
    assert not any(folder.exists() for folder in left)
