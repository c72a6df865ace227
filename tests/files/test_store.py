from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from jobe_torch.files.store import DoesNotFit, FileStore


def read(store: FileStore, file_id: str) -> bytes | None:
    content = store.get(file_id)
    return content.data if content else None


ALLOWANCE = 4096
"""What each file counts besides its size."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "a" / "b"


@pytest.fixture
def store(directory: Path) -> FileStore:
    return FileStore(directory, max_bytes=10 * ALLOWANCE)


def test_a_file_comes_back(store: FileStore) -> None:
    store.put("abc", b"\0\xff")
    assert read(store, "abc") == b"\0\xff"
    assert store.size("abc") == 2


def test_an_absent_file(store: FileStore) -> None:
    assert read(store, "abc") is None
    assert store.size("abc") is None


def test_an_empty_file_is_a_file(store: FileStore) -> None:
    store.put("abc", b"")
    assert read(store, "abc") == b""
    assert store.size("abc") == 0


def test_the_last_of_an_id_counts(store: FileStore) -> None:
    store.put("abc", b"long" * 100)
    store.put("abc", b"new")
    assert read(store, "abc") == b"new"
    assert (store.count, store.used_bytes) == (1, 3 + ALLOWANCE)


@pytest.mark.parametrize(
    "odd", ["../../escape", "/etc/passwd", ".", "", "x" * 5000, "a\0b", "é", ".partial"]
)
def test_any_id_is_safe(store: FileStore, directory: Path, odd: str) -> None:
    store.put(odd, b"content")
    assert read(store, odd) == b"content"
    assert [path.parent for path in directory.rglob("*")] == [directory]


def test_ids_differ_by_case(store: FileStore) -> None:
    store.put("ABC", b"upper")
    store.put("abc", b"lower")
    assert (read(store, "ABC"), read(store, "abc")) == (b"upper", b"lower")


def test_the_least_recently_used_goes_first(store: FileStore) -> None:
    for number in range(10):
        store.put(str(number), b"")
    read(store, "0")
    store.put("10", b"")
    assert read(store, "1") is None
    assert read(store, "0") == b""


def test_asking_for_the_size_is_no_use(store: FileStore) -> None:
    for number in range(10):
        store.put(str(number), b"")
    store.size("0")
    store.put("10", b"")
    assert store.size("0") is None


def test_what_is_larger_than_the_store_is_refused(store: FileStore, directory: Path) -> None:
    store.put("kept", b"")
    with pytest.raises(DoesNotFit):
        store.put("abc", b"x" * 10 * ALLOWANCE)
    assert read(store, "kept") == b""
    assert len(list(directory.iterdir())) == 1


def test_files_and_their_order_survive_a_restart(directory: Path) -> None:
    before = FileStore(directory, max_bytes=3 * ALLOWANCE)
    for name in "abc":
        before.put(name, b"")
    before.get("a")
    after = FileStore(directory, max_bytes=3 * ALLOWANCE)
    assert after.used_bytes == before.used_bytes
    after.put("d", b"")
    assert [after.size(name) for name in "abcd"] == [0, None, 0, 0]


def test_a_smaller_bound_holds_after_a_restart(directory: Path) -> None:
    before = FileStore(directory, max_bytes=9 * ALLOWANCE)
    for name in "abc":
        before.put(name, b"")
    assert FileStore(directory, max_bytes=ALLOWANCE).count == 1
    assert len(list(directory.iterdir())) == 1


def test_what_an_earlier_process_left_half_written_is_no_file(directory: Path) -> None:
    directory.mkdir(parents=True)
    (directory / "x.partial").write_bytes(b"half")
    assert FileStore(directory, max_bytes=10 * ALLOWANCE).count == 0
    assert list(directory.iterdir()) == []


def test_who_holds_a_file_holds_the_same_bytes(store: FileStore) -> None:
    store.put("abc", b"content")
    held = store.get("abc")
    assert held
    assert store.get("abc") is held
    store.put("abc", b"new")
    assert read(store, "abc") == b"new"
    assert held.data == b"content"


def test_a_file_removed_by_hand_is_absent(store: FileStore, directory: Path) -> None:
    store.put("abc", b"content")
    next(directory.iterdir()).unlink()
    assert read(store, "abc") is None
    assert store.size("abc") is None
    assert store.used_bytes == 0


def test_a_failed_write_leaves_the_old_file(
    store: FileStore, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    store.put("abc", b"old")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put("abc", b"new")
    assert read(store, "abc") == b"old"
    assert len(list(directory.iterdir())) == 1


def test_a_file_on_a_disk_that_cannot_be_written_is_read_all_the_same(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(_path: Path) -> None:
        raise OSError(30, "Read-only file system")

    store.put("abc", b"content")
    monkeypatch.setattr("os.utime", read_only)
    assert read(store, "abc") == b"content"


def test_readers_see_old_or_new_and_never_half(store: FileStore) -> None:
    contents = [bytes([number]) * (1000 + number) for number in range(4)]
    store.put("abc", contents[0])
    wrong: list[bytes | None] = []

    def write(content: bytes) -> None:
        for _ in range(50):
            store.put("abc", content)

    def look() -> None:
        found = (read(store, "abc") for _ in range(200))
        wrong.extend(content for content in found if content not in contents)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    threads += [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.count == 1


class Model(RuleBasedStateMachine):
    """The store against a plain dictionary with the same rules."""

    ids = st.sampled_from("abcdef")

    @initialize(size=st.integers(ALLOWANCE, 4 * ALLOWANCE))
    def start(self, size: int) -> None:
        self.folder = TemporaryDirectory()
        self.size = size
        self.store = FileStore(Path(self.folder.name), max_bytes=size)
        self.expected: OrderedDict[str, bytes] = OrderedDict()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(file_id=ids, content=st.integers(0, 5000).map(bytes))
    def put(self, file_id: str, content: bytes) -> None:
        if len(content) + ALLOWANCE > self.size:
            with pytest.raises(DoesNotFit):
                self.store.put(file_id, content)
            return
        self.store.put(file_id, content)
        self.expected.pop(file_id, None)
        self.expected[file_id] = content
        while self.used() > self.size:
            self.expected.popitem(last=False)

    @rule(file_id=ids)
    def get(self, file_id: str) -> None:
        assert read(self.store, file_id) == self.expected.get(file_id)
        if file_id in self.expected:
            self.expected.move_to_end(file_id)

    @rule()
    def restart(self) -> None:
        self.store = FileStore(Path(self.folder.name), max_bytes=self.size)

    @invariant()
    def agrees(self) -> None:
        if hasattr(self, "store"):
            assert self.store.used_bytes == self.used() <= self.size
            assert self.store.count == len(self.expected)

    def used(self) -> int:
        return sum(len(content) + ALLOWANCE for content in self.expected.values())


Model.TestCase.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
TestModel = Model.TestCase
