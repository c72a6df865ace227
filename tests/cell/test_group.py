"""A control group's files are read in both versions of the interface."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jobe_torch.cell import group
from jobe_torch.cell.group import GroupMemory, MemoryKept

MB = 1 << 20
VERSIONS = {
    "v1": ("memory.oom_control", "memory.usage_in_bytes", "memory.limit_in_bytes", "rss"),
    "v2": ("memory.events", "memory.current", "memory.max", "anon"),
}


class Group:
    """The files of a group."""

    def __init__(self, folder: Path, version: str) -> None:
        events, usage, limit, self._own = VERSIONS[version]
        self.events, self._usage = folder / events, folder / usage
        self._statistics = folder / "memory.stat"
        self.events.write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n")
        (folder / limit).write_text(f"{1000 * MB}\n")
        self.hold(200, 0)

    def hold(self, own: int, shared: int, cache: int = 100) -> None:
        """Have so many megabytes."""
        self._statistics.write_text(
            f"cache {cache * MB}\nfile {cache * MB}\n{self._own} {own * MB}\nshmem {shared * MB}\n"
        )
        self._usage.write_text(f"{(own + shared + cache) * MB}\n")


@pytest.fixture(params=VERSIONS)
def files(tmp_path: Path, request: pytest.FixtureRequest) -> Group:
    return Group(tmp_path, request.param)


@pytest.fixture
def memory(files: Group) -> GroupMemory:
    memory = GroupMemory(str(files.events))
    memory.note_idle()
    return memory


def test_kills_are_counted_from_the_last_look(files: Group, memory: GroupMemory) -> None:
    assert not memory.any_new_kill()
    files.events.write_text("under_oom 0\noom_kill 4\n")
    assert memory.any_new_kill()
    assert not memory.any_new_kill()


def test_kills_between_two_runs_are_not_the_next_ones(files: Group, memory: GroupMemory) -> None:
    files.events.write_text("under_oom 0\noom_kill 5\n")
    memory.forget_kills()
    assert not memory.any_new_kill()


def test_memory_that_is_late_is_waited_for(files: Group, memory: GroupMemory) -> None:
    files.hold(200, 700)
    later = threading.Timer(0.1, files.hold, (220, 0))
    later.start()
    memory.wait_until_given_back()
    later.join()  # it may just be writing
    assert "shmem 0" in (files.events.parent / "memory.stat").read_text()


def test_cached_files_are_no_reason_to_wait(files: Group, memory: GroupMemory) -> None:
    files.hold(200, 0, cache=790)
    memory.wait_until_given_back()


def test_memory_that_never_comes_back_ends_the_cell(
    files: Group, memory: GroupMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "_PATIENCE_SECONDS", 0.05)
    files.hold(200, 700)
    with pytest.raises(MemoryKept):
        memory.wait_until_given_back()


def test_without_a_group_nothing_is_known() -> None:
    memory = GroupMemory("")
    memory.note_idle()
    memory.wait_until_given_back()
    assert not memory.any_new_kill()
