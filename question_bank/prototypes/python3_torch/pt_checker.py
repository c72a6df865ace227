"""The checker's side of the question type python3_torch: it runs the test, never the answer.

The process forks before it knows a test. The parent becomes the student's side.
The child, out of the parent's reach, takes answer and test from comments of the
program, removes that file, and prints what the test prints, after what the answer
printed. Until the test has run nothing is printed at all, so an answer that ends
the process early has printed nothing.
"""

import ast
import builtins
import contextlib
import ctypes
import io
import json
import math
import os
import random
import socket
import symtable
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from pt_student import Student, remember, story
from pt_values import Channel, EndedError, Handle, decode, encode

__all__ = ["main"]

_PR_SET_DUMPABLE = 4
_TEST = "test.py"
_GONE = "The answer ended the program before it was tested.\n"


def main(program: str) -> None:
    """Test the answer that a program carries; ends this process and does not return.

    Args:
        program: The program's file, whose comments hold answer, test and extra.
    """
    _be_deterministic()
    students, checkers = socket.socketpair()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as warned:
        if os.fork() == 0:
            students.close()
            _Checker(Channel(checkers), os.dup(said.fileno())).run(program)
        os.dup2(said.fileno(), sys.stdout.fileno())
        os.dup2(warned.fileno(), sys.stderr.fileno())
    checkers.close()
    Student(Channel(students)).run()


def _be_deterministic() -> None:
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    # What torch.use_deterministic_algorithms does, less its import of all of torch._inductor.
    torch._C._set_deterministic_algorithms(True, warn_only=True)  # noqa: SLF001 - see above
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - what students call
    # torch.manual_seed would write down the call stack for each kind of device there might be.
    torch.default_generator.manual_seed(0)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(0)


class _Checker:
    """Holds the test, asks the student's side for values, prints."""

    def __init__(self, channel: Channel, said: int) -> None:
        self._channel = channel
        self._said = said
        self._shown = 0

    def run(self, program: str) -> NoReturn:
        """Run the test and end this process."""
        _be_unreadable()
        try:
            answer, test, before = _take(program)
            self._channel.send([answer, before])
            failure = self._channel.receive()
            self._show_what_was_said()
            self._run_test(test, before, failure)
        except EndedError:
            sys.stderr.write(_GONE)
        except BaseException as error:  # noqa: BLE001 - whatever a test raises
            sys.stderr.write(getattr(error, "story", "") or story(error, _TEST))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    def _run_test(self, test: str, before: str, outcome: list[Any]) -> None:
        if outcome[0] == "failed" and not before:
            _raise(outcome)
        tree = ast.parse(test, _TEST)
        remember(_TEST, test)
        names: dict[str, Any] = {"__name__": "__test__", "torch": torch, "np": np, "math": math}
        table = symtable.symtable(test, _TEST, "exec")
        made = {each.get_name() for each in table.get_symbols() if _is_made(each)}
        for name in sorted(_looked_up(table)):
            if name in names or hasattr(builtins, name):
                continue
            with contextlib.suppress(LookupError):
                names[name] = self.ask("get", name)
                continue
            if outcome[0] == "failed" and name not in made:
                _raise(outcome)
        exec(compile(tree, _TEST, "exec"), names)  # noqa: S102 - its purpose

    def ask(self, *request: Any) -> Any:  # noqa: ANN401 - whatever a student's program holds
        """A value from the student's side; raises what was raised there."""
        self._channel.send(request)
        outcome = self._channel.receive()
        self._show_what_was_said()
        if outcome[0] == "failed":
            _raise(outcome)
        return decode(outcome[1], lambda handle: Remote(self, handle))

    def _show_what_was_said(self) -> None:
        sys.stdout.flush()
        while data := os.pread(self._said, io.DEFAULT_BUFFER_SIZE, self._shown):
            sys.stdout.buffer.write(data)
            self._shown += len(data)


class Remote:
    """A function, model or module of the student's, usable by a test."""

    def __init__(self, checker: _Checker, handle: Handle) -> None:
        self._checker = checker
        self._handle = handle

    def __call__(self, *words: Any, **names: Any) -> Any:  # noqa: ANN401 - as the student's
        crossed = [encode(value, _handle_of) for value in (list(words), names)]
        return self._checker.ask("call", self._handle.number, *crossed)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the student's
        return self._checker.ask("attribute", self._handle.number, name)

    def __repr__(self) -> str:
        return f"<{self._handle.kind}>"


def _looked_up(table: symtable.SymbolTable) -> set[str]:
    """Names that a test, or a function within it, reads from the module."""
    top = table.get_type() == "module"
    read = {
        each.get_name()
        for each in table.get_symbols()
        if each.is_referenced() and (top or each.is_global())
    }
    return read.union(*map(_looked_up, table.get_children()))


def _is_made(symbol: symtable.Symbol) -> bool:
    """Whether a test itself binds a name, so that the answer need not have it."""
    return symbol.is_assigned() or symbol.is_imported()


def _handle_of(value: object) -> Handle:
    if isinstance(value, Remote):
        return value._handle  # noqa: SLF001 - one module's own
    raise TypeError(f"a test cannot hand over a {type(value).__name__}")


def _raise(outcome: list[Any]) -> NoReturn:
    """Raise here what was raised on the student's side, with its story."""
    _, name, told, text = outcome
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = RuntimeError
    error = kind.__new__(kind)  # some exceptions want arguments that did not cross
    error.args = (text,)
    error.story = told  # type: ignore[attr-defined]  # read by the process' last handler
    raise error


def _take(program: str) -> tuple[str, str, str]:
    """Answer, test and extra from the program's comments; the file is gone afterwards."""
    file = Path(program)
    lines = file.read_text(encoding="utf-8").split("\n")
    with contextlib.suppress(OSError):
        file.unlink()
    marked = [line.removeprefix("#:") for line in lines if line.startswith("#:")]
    answer, test, before = (json.loads(line) for line in marked)
    return answer, test, before


def _be_unreadable() -> None:
    """Keep the student's side, which has the same user, out of this process' memory."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
