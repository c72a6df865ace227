"""What a rehearsal says of pages becomes what spares take beforehand."""

from __future__ import annotations

import array
import ctypes
import mmap
import sys
from pathlib import Path

import pytest

from jobe_torch.cell import linux
from jobe_torch.cell.working_set import WorkingSet

PAGE = mmap.PAGESIZE


@pytest.fixture
def start() -> int:
    """The first page of a mapping of eight."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        first, _, behind = line.split()[0].partition("-")
        if int(behind, 16) - int(first, 16) >= 8 * PAGE:
            return int(first, 16) // PAGE
    raise AssertionError("no mapping is that large")


def test_ranges_are_read_whatever_else_was_said(start: int) -> None:
    said = f"UserWarning: 12 ab\n{start:x} 2\nfrom a library\n{start + 4:x} 1\n"
    working_set = WorkingSet.of(said)
    assert list(working_set.starts) == [start * PAGE, (start + 4) * PAGE]
    assert list(working_set.lengths) == [2 * PAGE, PAGE]


def test_what_is_not_mapped_here_is_left_out() -> None:
    assert not WorkingSet.of("1 1\n").starts


def test_a_range_ends_with_its_mapping(start: int) -> None:
    working_set = WorkingSet.of(f"{start:x} fffffff\n")
    (begin,), (length,) = working_set.starts, working_set.lengths
    assert begin == start * PAGE
    assert 8 * PAGE <= length < 0xFFFFFFF * PAGE


def test_pages_are_taken_until_the_job_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    monkeypatch.setattr(linux, "populate", lambda start, _length: taken.append(start))
    working_set = WorkingSet(array.array("Q", range(100)), array.array("Q", [PAGE] * 100))
    working_set.populate(lambda _: bool(taken))
    assert taken == list(range(32))
    taken.clear()
    working_set.populate(lambda _: False)
    assert taken == list(range(100))


def test_what_is_only_read_waits_until_nobody_is_in_a_hurry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[int] = []
    monkeypatch.setattr(linux, "populate", lambda start, _length: taken.append(start))
    pages = array.array("Q", range(10)), array.array("Q", [PAGE] * 10)
    WorkingSet(*pages, written=7).populate(lambda seconds: seconds > 0)
    assert taken == list(range(7))


def address_of(memory: mmap.mmap) -> int:
    """Where a mapping lies, without a look at what is in it."""
    view = ctypes.py_object(memory)
    buffer = (ctypes.c_ssize_t * 16)()  # a Py_buffer: its first word is the address
    ctypes.pythonapi.PyObject_GetBuffer(view, buffer, 0)
    try:
        return buffer[0]
    finally:
        ctypes.pythonapi.PyBuffer_Release(buffer)


def present(address: int) -> bool:
    """Whether this process has the page; proc_pid_pagemap(5)."""
    with Path("/proc/self/pagemap").open("rb") as pagemap:
        pagemap.seek(address // PAGE * 8)
        return bool(int.from_bytes(pagemap.read(8), sys.byteorder) >> 63)


def test_pages_that_may_only_be_read_are_taken_too(tmp_path: Path) -> None:
    file = tmp_path / "library"
    file.write_bytes(bytes(4 * PAGE))
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ) as memory,
    ):
        start = address_of(memory)
        assert not present(start)
        linux.populate(start, 4 * PAGE)
        assert present(start)
        assert present(start + 3 * PAGE)
