"""A spare: a fork of the zygote that waits behind its walls for one run, and becomes it.

While it waits nothing of the run exists yet. Its control socket carries the job
in, and out ``ready``, then what the compile check said, then ``go``; it is closed
before the first submitted byte is executed, so the program has no way to speak
to the agent.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import py_compile
import resource
import select
import sys
import time
import typing
from dataclasses import dataclass

from jobe_torch.cell import handover, limits
from jobe_torch.cell.gpu import Context, Gpu, check_context, make_context
from jobe_torch.cell.install import HOOK_NAME
from jobe_torch.cell.jail import Entrance, Identity
from jobe_torch.cell.layout import RUN_DIRECTORY
from jobe_torch.cell.preload import renew_thread_id
from jobe_torch.cell.wire import Limits
from jobe_torch.cell.working_set import WorkingSet
from jobe_torch.cell.workspace import open_stdin, write_files

__all__ = ["Nature", "become", "hook_files", "leave_no_trace"]

_AGENT_ZYGOTE_AND_HOLDER = 3
# Made ready, since a fork pays for each page of memory that it touches.
_READY = b'{"event": "ready", "context": {"memory_bytes": %d, "threads": %d}}\n'
_GO = b'{"event": "go", "cpu_seconds": %.9f, "waiting_seconds": %.9f, "began": %.9f}\n'


@dataclass(frozen=True, slots=True)
class Nature:
    """What all spares of a zygote have in common."""

    identity: Identity
    seccomp: bytes
    files: tuple[int, ...]
    """What `hook_files` said in the zygote."""
    gpu: Gpu | None
    baseline_bytes: int
    """Private memory of a spare before it is a run."""


def become(entrance: Entrance, control: int, nature: Nature, working_set: WorkingSet) -> None:
    """Enter the jail, wait for a job and prepare this interpreter for it; returns to run it.

    Args:
        entrance: the way into the jail; it keeps ``control``.
        control: descriptor of a socket to the agent.
        nature: what it has in common with all others.
        working_set: the pages that it will touch.
    """
    gpu = nature.gpu
    others = 0 if nature.identity.switch else _AGENT_ZYGOTE_AND_HOLDER
    try:
        entrance.take()
        renew_thread_id()
        context = make_context(gpu) if gpu else Context()
        others += context.threads
        baseline_bytes = nature.baseline_bytes + context.memory_bytes
        os.write(control, _READY % (context.memory_bytes, context.threads))
        working_set.populate(lambda seconds: bool(select.select([control], (), (), seconds)[0]))
        task = handover.read(lambda size: os.read(control, size))
        write_files(task.files)
        if task.stdin:
            stdin = open_stdin(task.stdin)
            os.dup2(stdin, 0)
            os.close(stdin)
        if task.check:
            _check(control, task.source, task.check, baseline_bytes)
        _set_program(task.source, task.arguments)
        if gpu is not None:
            check_context()  # it may have waited for hours
        used = time.process_time()
        waited = limits.run_delay_seconds("/proc/thread-self")
        limits.apply(
            task.limits,
            baseline_bytes=baseline_bytes,
            cpu_seconds=used,
            others=others,
            reserves=gpu is not None,
        )
    except EOFError:
        os._exit(0)  # this spare is not wanted any more
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must not start
        _tell(control, "failed", reason=repr(error))
        os._exit(1)
    os.write(control, _GO % (used, waited, time.monotonic()))
    os.close(control)


def _tell(control: int, event: str, **facts: object) -> None:
    with open(control, "wb", closefd=False) as agent:
        agent.write(json.dumps({"event": event, **facts}).encode() + b"\n")


class _Complaints(io.TextIOBase):
    """What the compile check says, kept up to a bound, as `supervise` keeps a stream."""

    def __init__(self, kept_bytes: int) -> None:
        self._left = kept_bytes
        self.kept = bytearray()
        self.dropped = 0

    def write(self, text: str) -> int:
        said = text.encode(errors="backslashreplace")  # as Python's own stderr
        kept = said[: self._left]
        self._left -= len(kept)
        self.kept += kept
        self.dropped += len(said) - len(kept)
        return len(text)


def _check(control: int, source: str, bounds: Limits, baseline_bytes: int) -> None:
    """Do what ``python3 -m py_compile SOURCE`` does; a failure is told, and ends the spare."""
    if bounds.memory_bytes:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        soft = baseline_bytes + bounds.memory_bytes
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    status = 1
    complaints = _Complaints(bounds.stream_bytes)
    with contextlib.redirect_stderr(complaints):
        try:
            py_compile.compile(source, doraise=True)
            status = 0  # so too if it warns
        except py_compile.PyCompileError as error:
            complaints.write(error.msg)
        except OSError as error:
            complaints.write(str(error))
    if complaints.kept or complaints.dropped:
        # The bound may have cut a character.
        text = complaints.kept.decode(errors="surrogateescape")
        _tell(control, "refused", complaints=text, dropped=complaints.dropped)
        os._exit(status)


def _set_program(source: str, arguments: tuple[str, ...]) -> None:
    """Make this interpreter's main run another file than the one it was started with.

    The file's name stands in two places that Python code cannot reach: the
    configuration's ``run_filename``, which is executed, and its ``argv``, whose
    first word decides ``sys.path[0]``. Both are found by their content, so that
    nothing depends on how a version of CPython lays the structure out.
    """
    old = sys.orig_argv[-1]
    if old != source:
        with _Configuration() as config:
            config.replace(f"{RUN_DIRECTORY}/{old}", f"{RUN_DIRECTORY}/{source}")
            config.replace(old, source)
    sys.argv[:] = [source, *arguments]
    sys.orig_argv[-1:] = [source, *arguments]


_Words = ctypes.c_size_t * 100
"""More than any version has, less than the interpreter state behind it. A type is a cycle: made in
a spare, it would be garbage that the program finds."""


_locate = ctypes.pythonapi["_Py_GetConfig"]
_locate.restype = ctypes.c_void_p


class _Configuration:
    """The interpreter's ``PyConfig``, as words of memory."""

    def __init__(self) -> None:
        self._words = _Words.from_address(_locate())
        # Reading through the kernel, a word that is no pointer is an error and no crash.
        self._memory = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self) -> typing.Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._memory)

    def replace(self, old: str, new: str) -> None:
        """Replace a string wherever the configuration points to it, directly or in a list.

        Raises:
            RuntimeError: it is in no such place; this is no CPython that we know.
        """
        wanted = _wide(old)
        found = 0
        for index, word in enumerate(self._words):
            if self._read(word, len(wanted)) == wanted:
                self._words[index] = _wide_string(new)
                found += 1
            if self._read(self._pointer_at(word), len(wanted)) == wanted:
                ctypes.c_size_t.from_address(word).value = _wide_string(new)
                found += 1
        if not found:
            raise RuntimeError(f"{old!r} is not in this Python's configuration")

    def _pointer_at(self, address: int) -> int:
        return int.from_bytes(self._read(address, ctypes.sizeof(ctypes.c_void_p)), sys.byteorder)

    def _read(self, address: int, size: int) -> bytes:
        try:
            return os.pread(self._memory, size, address)
        except (OSError, OverflowError):
            return b""


def _wide(text: str) -> bytes:
    return f"{text}\0".encode("utf-32-le" if sys.byteorder == "little" else "utf-32-be")


def _wide_string(text: str) -> int:
    """The address of a new wide string from the allocator with which Python frees it."""
    allocate = ctypes.pythonapi.PyMem_RawMalloc
    allocate.restype, allocate.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    wide = _wide(text)
    address = allocate(len(wide))
    ctypes.memmove(address, wide, len(wide))
    return int(address)


def hook_files() -> tuple[int, ...]:
    """The hook itself, which `site` is reading (not so from Python 3.13 on)."""
    links = {int(name): f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")}
    return tuple(
        number
        for number, link in links.items()
        if os.path.islink(link) and os.path.basename(os.readlink(link)) == HOOK_NAME
    )


def leave_no_trace() -> None:
    """Take this package out of the interpreter that programs are about to get."""
    package = __name__.partition(".")[0]
    folder = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        # Freed, it would be freed in each run.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(sys.modules.pop(name)))
