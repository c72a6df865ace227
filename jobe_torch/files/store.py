"""The files that clients uploaded: a bounded cache on disk that survives restarts.

Clients name files (CodeRunner by the MD5 of the contents) and upload them again
when told that one is missing, so any file may go at any time, but none may ever
come back changed or half written.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from weakref import ref

__all__ = ["Content", "DoesNotFit", "FileStore"]

# An empty file costs something too: an upper bound of the block it takes.
_OVERHEAD_BYTES = 4096
_PARTIAL = ".partial"


class DoesNotFit(Exception):
    """A file is larger than the whole store."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Content:
    """What a file contains."""

    data: bytes


@dataclass(slots=True, eq=False)
class _Entry:
    """One version of a file."""

    size: int
    in_use: Callable[[], Content | None] = lambda: None
    """Its content while somebody holds it."""


class FileStore:
    """Contents by id, least recently used first to go. Safe for many threads.

    One process at a time may use a directory.
    """

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        """Open the store and take in what an earlier process left.

        Args:
            directory: Made when absent; nothing else should be in it.
            max_bytes: Bound of the files' sizes together.

        Raises:
            OSError: The directory cannot be used.
        """
        self._directory = directory
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        # By name, least recently used first.
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._bytes = 0
        directory.mkdir(parents=True, exist_ok=True)
        self._take_in()

    @property
    def used_bytes(self) -> int:
        """What the files take, with an allowance for each."""
        return self._bytes

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self._entries)

    def put(self, file_id: str, content: bytes) -> None:
        """Keep a file; it replaces an earlier one of its id.

        Raises:
            OSError: It could not be written.
            DoesNotFit: It is larger than the whole store.
        """
        if len(content) + _OVERHEAD_BYTES > self._max_bytes:
            raise DoesNotFit(f"a file of {len(content)} bytes, the store holds {self._max_bytes}")
        name = _name(file_id)
        partial = self._write(content)
        with self._lock:
            partial.replace(self._directory / name)
            self._forget(name)
            self._remember(name, len(content))
            self._make_room()

    def size(self, file_id: str) -> int | None:
        """Bytes of a file; None when it is not here."""
        entry = self._entries.get(_name(file_id))
        return None if entry is None else entry.size

    def get(self, file_id: str) -> Content | None:
        """The contents of a file; None when it is not here. Counts as use.

        A class works on one question at a time: runs that wait and hold the
        content of a file share it.
        """
        name = _name(file_id)
        with self._lock:
            entry = self._entries.get(name)
            if entry is None:
                return None
            self._entries.move_to_end(name)
        path = self._directory / name
        with contextlib.suppress(OSError):  # a file that can only be read is good enough
            os.utime(path)  # the order of use survives a restart
        try:
            content = entry.in_use() or Content(path.read_bytes())
        except FileNotFoundError:  # it was dropped meanwhile, or removed by hand
            with self._lock:
                if not path.exists():
                    self._forget(name)
            return None
        entry.in_use = ref(content)
        return content

    def _write(self, content: bytes) -> Path:
        """A new file with the content, on the disk before it gets its name."""
        with tempfile.NamedTemporaryFile(
            dir=self._directory, suffix=_PARTIAL, delete=False
        ) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                Path(file.name).unlink()
                raise OSError(error.errno, error.strerror, file.name) from error
        return Path(file.name)

    def _take_in(self) -> None:
        found = []
        for path in self._directory.iterdir():
            if path.name.endswith(_PARTIAL):
                path.unlink()
            else:
                status = path.stat()
                found.append((status.st_mtime_ns, path.name, status.st_size))
        for _, name, size in sorted(found):
            self._remember(name, size)
        self._make_room()

    def _remember(self, name: str, size: int) -> None:
        self._entries[name] = _Entry(size)
        self._bytes += size + _OVERHEAD_BYTES

    def _forget(self, name: str) -> None:
        entry = self._entries.pop(name, None)
        if entry is not None:
            self._bytes -= entry.size + _OVERHEAD_BYTES

    def _make_room(self) -> None:
        while self._bytes > self._max_bytes:
            name = next(iter(self._entries))
            (self._directory / name).unlink(missing_ok=True)
            self._forget(name)


def _name(file_id: str) -> str:
    """A name that any file system takes and none confuses with another, whatever the id."""
    return sha256(file_id.encode()).hexdigest()
