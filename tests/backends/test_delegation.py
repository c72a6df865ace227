"""A server finds a place for its cells' groups, on the kernel's own version 2."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from jobe_torch.backends.delegation import place_of_cells
from tests.absent import absent

_FIND_A_PLACE = """
import os, sys
from pathlib import Path
from jobe_torch.backends.delegation import place_of_cells

def find_a_place():
    own = Path("/proc/self/cgroup").read_text().splitlines()[-1].removeprefix("0::/")
    return place_of_cells(top, top / own)

top = Path(sys.argv[1])
os.setuid(int(sys.argv[2]))
print(find_a_place(), find_a_place())
"""


@pytest.fixture
def top() -> Path:
    """Where version 2 is mounted."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    places = [Path(target) for _, target, kind, *_ in mounts if kind == "cgroup2"]
    if not places:
        absent("version 2 of control groups is not mounted")
    return places[0]


@pytest.fixture
def group(top: Path) -> Iterator[Path]:
    """A group below it."""
    group = top / f"jobe-torch-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        absent(f"no right to make control groups: {error}")
    yield group
    for folder in (*group.glob("*/"), group):
        folder.rmdir()


_NOBODY = 65534
_ENTER = 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"'
_IN_A_CONTAINER = ["unshare", "--cgroup", "--mount", "sh", "-ec"]
_MOUNT = 'mount -t cgroup2 none "$0"; exec "$@"'


def _find_a_place(
    top: Path, group: Path, *, container: Sequence[str | Path] = (), user: int = 0
) -> list[Path]:
    """Where a process of that group finds a place, the first time and the second."""
    program: list[str | Path] = [sys.executable, "-c", _FIND_A_PLACE, top, str(user)]
    done = subprocess.run(
        ["/bin/sh", "-ec", _ENTER, "sh", group, *container, *program],
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(word) for word in done.stdout.split()]


def test_a_delegated_group_is_the_place_and_its_processes_move_aside(
    top: Path, group: Path
) -> None:
    os.setxattr(group, "trusted.delegate", b"1")
    with subprocess.Popen(["/bin/sleep", "60"]) as sleeper:
        try:
            (group / "cgroup.procs").write_text(str(sleeper.pid))
            assert _find_a_place(top, group) == [group, group]
            assert (group / "cgroup.procs").read_text() == ""
            aside = group / "jobe-torch-server"
            assert (aside / "cgroup.procs").read_text().split() == [str(sleeper.pid)]
        finally:
            sleeper.kill()


def test_a_group_that_an_ordinary_user_owns_is_the_place(top: Path, group: Path) -> None:
    for path in (group, *group.iterdir()):
        os.chown(path, _NOBODY, _NOBODY)
    assert _find_a_place(top, group, user=_NOBODY) == [group, group]


def test_all_that_a_container_sees_is_its_own(group: Path, tmp_path: Path) -> None:
    container: list[str | Path] = [*_IN_A_CONTAINER, _MOUNT, tmp_path]
    assert _find_a_place(tmp_path, group, container=container) == [tmp_path, tmp_path]
    assert (group / "jobe-torch-server").is_dir()


def test_what_systemd_keeps_for_itself_is_left_alone(top: Path, group: Path) -> None:
    assert _find_a_place(top, group) == [top, top]
    assert not list(group.glob("*/"))


def test_the_root_group_is_the_place_of_who_stands_there(top: Path) -> None:
    if (top / "cgroup.type").exists():
        absent("this is a container, which does not see the root group")
    assert place_of_cells(top, top) == top
