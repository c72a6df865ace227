"""How a run ends: by CPython's own finalization, cut short where only memory is left to free.

A process that has imported torch takes a third of a second to take itself
apart, for memory that the kernel frees anyway. What a program can notice must
stay: its threads are waited for, its exit handlers and those of the standard
library called, its modules cleared so that ``__del__`` of its globals runs, C's
handlers called and buffers written, and the exit status is what it is.

All of that happens in a program's hands: it may have replaced ``len``, ``sys.modules`` or
``gc.collect``. So what is needed here is bound before, and no other module's Python is called.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import gc
import io
import itertools
import sys
import threading
import weakref
from atexit import _run_exitfuncs, register, unregister
from collections.abc import Callable
from ctypes import c_char, c_void_p, memmove, py_object
from gc import collect, isenabled
from os import _exit, getppid
from sys import _getframe, getrecursionlimit, setrecursionlimit
from types import FrameType, ModuleType, TracebackType
from typing import Any, NamedTuple, Self

from jobe_torch.cell.arrival import call_at_import
from jobe_torch.cell.last_word import LastWord
from jobe_torch.cell.sys_exit import SysExit, symbol

__all__ = ["Handlers", "end_quickly"]

globals()["__builtins__"] = vars(builtins).copy()
"""Where functions that are defined below look for ``len``: not where a program puts its own."""

_FRAMES = 64
_CLEARED = ("sys", "builtins", "__main__", "__mp_main__")
"""Modules of this process that a run's finalization clears; all others stay as they are."""

_CALLS = (b"_PyEval_EvalFrameDefault", b"_PyFunction_Vectorcall")
"""What Python 3.13 has innermost among the frames that call a handler."""
_FINALIZATION = 3
"""Frames between these and main: finalization, of its handlers, a method's call."""
_DEPTH = 100
"""Of recursion: what is done here needs it, and a program may have left a limit of 5."""

_Addresses = c_void_p * _FRAMES
_DICT_HEADER = object.__basicsize__
_DictBody = c_char * (dict.__basicsize__ - _DICT_HEADER)
_FILE = [io.TextIOWrapper, io.BufferedWriter, io.FileIO]
"""What Python makes of a descriptor, from outside in."""


class _Noted(NamedTuple):
    """An exit handler, and what it is called with."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class Handlers:
    """Notes who registers exit handlers while it is entered."""

    def __init__(self) -> None:
        self._noted: list[_Noted] = []

    def __enter__(self) -> Self:
        atexit.register = self._note
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        atexit.register = register

    def _note(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - atexit's own signature
        self._noted.append(_Noted(function, args, kwargs))
        return register(function, *args, **kwargs)

    def keep_useful(self) -> Callable[[], None]:
        """Have those of the standard library registered in time: what they clear up can be a run's.

        With them torch's word to its data loaders not to wait for workers that
        multiprocessing is about to kill. Its other handlers report on its compiler.

        Returns:
            Registers those that are not yet, to be called at the end: multiprocessing imports its
            own with a program's first process, which is mostly after the program's handlers.
        """
        useful = [noted for noted in self._noted if _is_useful(noted.function)]
        logging = [noted for noted in useful if noted.function.__module__ == "logging"]

        def register_now(wanted: list[_Noted]) -> None:
            for noted in wanted:
                if noted in useful:
                    useful.remove(noted)
                    register(noted.function, *noted.arguments, **noted.keywords)

        call_at_import("logging", lambda: register_now(logging))
        call_at_import("torch", lambda: register_now(useful[:]))
        return lambda: register_now([noted for noted in useful if noted not in logging])


def _is_useful(handler: Callable[..., Any]) -> bool:
    name = handler.__module__ or ""
    standard = name.partition(".")[0] in sys.stdlib_module_names and name != "weakref"
    return standard or name.startswith("torch.utils.data.")


def end_quickly(handlers: Handlers, last_word: LastWord) -> None:
    """Make every fork of this process end quickly. Call it once, last.

    Args:
        handlers: the exit handlers that preloading registered.
        last_word: where a run says its status.
    """
    modules = {name: module for name, module in sys.modules.items() if name not in _CLEARED}
    atexit._clear()  # noqa: SLF001 - there is no other way
    _forget_finalizers()
    rest = handlers.keep_useful()
    if (cut := _Cut.of_this_python(modules, last_word)) is not None:
        register(cut.prepare)  # first in, last out: after the program's own
        cut.hear_of_the_end(rest)
    else:
        rest()
    if (logging := sys.modules.get("logging")) is not None:
        # Those of preloaded modules have nothing to write: what they are given goes out at once.
        logging._handlerList.clear()  # noqa: SLF001 - as above


def _forget_finalizers() -> None:
    """Let no preloaded finalizer be called: torch's would take 45 ms to take its operators back.

    What calls those of a program is an exit handler from the first of a process on: in a fresh one
    that is torch's, so that its place among a program's handlers is where torch is imported.
    """
    finalizers: Any = weakref.finalize
    finalizers._registry.clear()  # noqa: SLF001 - there is no other way
    finalizers._registered_with_atexit = False  # noqa: SLF001 - as above

    def expect() -> None:
        if not finalizers._registered_with_atexit:  # noqa: SLF001 - as above
            register(finalizers._exitfunc)  # noqa: SLF001 - as above
            finalizers._registered_with_atexit = True  # noqa: SLF001 - as above

    call_at_import("torch", expect)


class _Cut:
    """Cuts the finalization off after the program's modules have been cleared."""

    def __init__(
        self, libc: ctypes.CDLL, modules: dict[str, ModuleType], last_word: LastWord
    ) -> None:
        self._libc = libc
        self._exit = libc.exit
        self._keep = ctypes.pythonapi.Py_IncRef  # alive to the end
        self._modules = modules
        self._all = sys.modules  # those of the interpreter, whatever a program puts there
        self._last_word = last_word
        self._near = False
        self._limit = 0
        # The process ends with its status before the destructors of preloaded libraries:
        # C calls the last handler first, and those of the run's own libraries come later.
        libc.on_exit(libc._exit, None)  # noqa: SLF001 - _exit(2) of C
        for stream in (1, 2):  # their end tells the agent to look for the last word
            libc["__cxa_atexit"](libc.close, c_void_p(stream), None)
        libc["__cxa_atexit"](libc.time, ctypes.byref(last_word.end), None)
        libc.on_exit(libc.fcloseall, None)
        self._normal_end()  # loads the unwinder
        self._sys_exit = SysExit(libc)
        # Python 3.13 drops it before its modules: a thousand objects to free.
        self._keep(py_object(sys.path_importer_cache))

    @classmethod
    def of_this_python(cls, modules: dict[str, ModuleType], last_word: LastWord) -> _Cut | None:
        """None where C's library has not what it takes; runs then end slowly."""
        libc = ctypes.CDLL(None)
        needed = ("on_exit", "__cxa_atexit", "fcloseall", "backtrace", "dladdr")
        return (
            cls(libc, modules, last_word) if all(hasattr(libc, name) for name in needed) else None
        )

    def hear_of_the_end(self, register_rest: Callable[[], None]) -> None:
        """Have threading say that it is near: the exit handlers are in a program's hands."""
        self._register_rest = register_rest
        called: Any = vars(threading)["_threading_atexits"]  # from the last to the first
        called[:] = [self._lower, *called, self._begin]

    def _begin(self) -> None:
        self._near = True
        self._raise()
        asked: Any = _Seen(self.prepare)
        unregister(asked)
        if not asked.there:
            register(self._instead)
        self._register_rest()

    def _instead(self) -> None:
        """Be the last exit handler, though the first to be called, where the program removed it."""
        unregister(self._instead)
        _run_exitfuncs()
        self.prepare()

    def _raise(self) -> None:
        self._limit = getrecursionlimit()
        setrecursionlimit(max(self._limit, _DEPTH))

    def _lower(self) -> None:
        try:  # noqa: SIM105 - contextlib would ask for ``issubclass``, which may be a program's
            setrecursionlimit(self._limit)
        except RecursionError:  # it is lower than this
            pass

    def prepare(self) -> None:
        """The last exit handler: finalization comes next."""
        if not self._near and _getframe().f_back:
            return  # the program calls the handlers itself
        self._raise()
        if isenabled():
            collect()  # as it does first, while its garbage can still import what it needs
            gc.callbacks.clear()  # they have heard of it
        left = {name: self._all[name] for name in self._own_modules()}
        # Deleting two thousand modules one by one would copy the memory of each.
        _exchange(self._all, left)
        for name in self._all:
            del left[name]  # or ``__main__`` would not end with its last reference
        for kept in (left, self):
            self._keep(py_object(kept))
        first = getppid() == 0  # no child of the run, which has its parent here
        last_word = self._last_word if first else None
        # ``sys`` is cleared after all other modules.
        tripwire = _Tripwire(self._exit, self._status(), last_word)
        sys.__dict__["_jobe_torch_tripwire"] = tripwire
        self._lower()

    def _own_modules(self) -> list[str]:
        """Names of the modules that finalization is to clear, in the order of their import."""
        imported = []
        for name in reversed(self._all):
            if self._modules.get(name) is self._all[name]:
                break  # from here on, all were there before the run
            imported.append(name)
        first = [name for name in _CLEARED if name in self._all and name not in imported]
        return first + imported[::-1]

    def _status(self) -> int | None:
        """The exit status, where it can be known: C keeps it to itself."""
        status = self._of_main() if self._normal_end() else self._sys_exit.status()
        return None if status is None or not _streams_take_what_is_left() else status

    @staticmethod
    def _of_main() -> int | None:
        """The status with which the interpreter's main ends."""
        kind, traceback = (getattr(sys, name, None) for name in ("last_type", "last_traceback"))
        if kind is None:
            return 0
        unhandled = traceback is not None and _is_the_program(traceback.tb_frame)
        return 1 if unhandled and not issubclass(kind, KeyboardInterrupt) else None

    def _normal_end(self) -> bool:
        """Whether the interpreter's main ends this process, and not an exit with a status."""
        addresses = _Addresses()
        count = self._libc.backtrace(addresses, _FRAMES)
        callers = [symbol(self._libc, address) for address in addresses[:count]]
        if b"Py_RunMain" not in callers:
            return False
        inner = reversed(callers[: callers.index(b"Py_RunMain")])
        unnamed = list(itertools.takewhile(lambda name: name is None, inner))
        named = callers[callers.index(b"Py_RunMain") - len(unnamed) - 1]
        if named == b"Py_FinalizeEx":
            return not unnamed
        # From Python 3.13 on main calls a function that has no name here; so has what calls exit
        # handlers. An exit has more frames, of which one is ``Py_Exit``.
        return named in _CALLS and len(unnamed) <= _FINALIZATION


def _is_the_program(frame: FrameType) -> bool:
    """Whether main executed it; an interactive console runs modules too, and forgives them."""
    return frame.f_code.co_name == "<module>" and frame.f_back is None


def _streams_take_what_is_left() -> bool:
    """Whether the last output can be written; if not, the status is Python's own for that.

    Only asked of plain files: a stream of the program's own would notice.
    """
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                if [type(layer) for layer in _layers(stream)] != _FILE:
                    return False
                stream.flush()
    except Exception:  # noqa: BLE001 - a program may put anything there
        return False
    return True


def _layers(stream: Any) -> tuple[object, object, object]:  # noqa: ANN401 - as above
    return stream, stream.buffer, stream.buffer.raw


def _exchange(one: dict[str, ModuleType], other: dict[str, ModuleType]) -> None:
    """Exchange the contents of two dictionaries, whatever their size: all behind their headers."""
    first, second = (id(one) + _DICT_HEADER, id(other) + _DICT_HEADER)
    kept = _DictBody()  # a program's audit hook would hear of ``string_at``
    size = len(kept)
    memmove(kept, first, size)
    memmove(first, second, size)
    memmove(second, kept, size)


class _Seen:
    """Notes whether ``atexit.unregister`` finds a handler, and is equal to none."""

    __hash__ = None  # type: ignore[assignment] # as for all that defines equality alone

    def __init__(self, handler: Callable[[], None]) -> None:
        self._handler = handler
        self.there = False

    def __eq__(self, other: object) -> bool:
        self.there |= other == self._handler
        return False


class _Tripwire:
    """Writes the last output when it is let go, and ends the process if its status is known.

    Preloaded modules hold the streams, which would else write what is left when they are freed.
    """

    __slots__ = ("_exit", "_last_word", "_status", "_streams")

    def __init__(
        self, c_exit: Callable[[int], None], status: int | None, last_word: LastWord | None
    ) -> None:
        self._exit = c_exit
        self._status = status
        self._last_word = last_word
        # Those that CPython's finalization puts back before it clears modules.
        self._streams = (sys.__stdout__, sys.__stderr__)

    def __del__(self, _end: Callable[[int], None] = _exit) -> None:
        try:
            for stream in self._streams:
                try:
                    if stream is not None and not stream.closed:
                        stream.flush()
                except Exception:  # noqa: BLE001, S110 - Python said it when it tried itself
                    pass
            if self._status is not None:
                if self._last_word is not None:
                    self._last_word.say(self._status)
                self._exit(self._status)
        finally:
            if self._status is not None:
                _end(self._status)
