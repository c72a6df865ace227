"""The student's side: runs the answer, then hands out its values and runs its functions.

It never sees the test. Whatever the answer does to this process (patches, threads,
forged output) stays in it: the checker takes nothing from here but values.
"""

import ast
import contextlib
import linecache
import os
import re
import sys
import traceback
import types
from collections.abc import Callable
from errno import EFBIG
from functools import partial
from typing import Any, NoReturn, TypeGuard

import torch
from pt_values import Channel, EndedError, Handle, decode, encode

__all__ = ["Student", "remember", "story"]

ANSWER = "answer.py"
"""The file name that tracebacks show."""

_BYTE_ORDER_MARK = "\ufeff"
"""What some editors begin a file with; Python skips it in files, not in texts."""

_GIVE = "__give__"
_TOO_MUCH = "The answer printed more than there is room for. A loop without an end?\n"
_SHOWN_OF_TOO_MUCH = 1000
"""Bytes. Nobody finds the message below a million lines."""


class Student:
    """One answer and the process it runs in."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._kept: list[Any] = []
        self._given: dict[str, tuple[Any, Any]] = {}

    def run(self) -> NoReturn:
        """Run the answer, serve the checker until it has finished, end the process."""
        answer, before = self._channel.receive()
        linecache.clearcache()  # whoever looked at the program's lines saw the test
        self._module = types.ModuleType("__main__")
        sys.modules["__main__"] = self._module
        self._channel.send(self._attempt(partial(self._execute, answer, before)))
        while True:
            try:
                request, *words = self._channel.receive()
            except EndedError:
                os._exit(0)
            self._channel.send(self._attempt(partial(getattr(self, f"_{request}"), *words)))

    def _execute(self, answer: str, before: str) -> None:
        if before:
            exec(compile(before, "before", "exec"), {"given": self._give_instead})  # noqa: S102 - the author's
        answer = answer.removeprefix(_BYTE_ORDER_MARK)
        remember(ANSWER, answer)
        tree = ast.parse(answer, ANSWER)
        names = self._module.__dict__
        if self._given:
            tree = ast.fix_missing_locations(_MarkGiven(set(self._given)).visit(tree))
            names[_GIVE] = self._give
        # What an answer asserts about the layer need not hold beside a changed one.
        exec(compile(tree, ANSWER, "exec", optimize=1 if before else 0), names)  # noqa: S102 - its purpose

    def _give_instead(self, name: str, old: Any, new: Any) -> None:  # noqa: ANN401 - any numbers
        """What ``given`` does in a test's extra: replace a value that the question gives."""
        self._given[name] = old, new

    def _give(self, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever is assigned
        old, new = self._given[name]
        if isinstance(value, torch.Tensor) and value.tolist() == old:
            with torch.no_grad():
                value.copy_(torch.tensor(new))
        return value

    def _attempt(self, act: Callable[[], Any]) -> list[Any]:
        """Do something: ``["ok", value]`` or ``["failed", error, story, text]``."""
        outcome = self._outcome(act)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):  # where there was no more room
                stream.flush()
        if _TOO_MUCH in outcome:
            with contextlib.suppress(OSError):
                os.ftruncate(1, min(os.fstat(1).st_size, _SHOWN_OF_TOO_MUCH))
        return outcome

    def _outcome(self, act: Callable[[], Any]) -> list[Any]:
        try:
            return ["ok", encode(act(), self._keep)]
        except SystemExit:
            return ["failed", "SystemExit", "The answer called exit().\n", ""]
        except BaseException as error:  # noqa: BLE001 - anything a student may raise
            too_much = isinstance(error, OSError) and error.errno == EFBIG
            told = _TOO_MUCH if too_much else story(error, ANSWER)
            return ["failed", type(error).__name__, told, str(error)]

    def _get(self, name: str) -> Any:  # noqa: ANN401 - whatever it is
        return self._module.__dict__[name]

    def _attribute(self, number: int, name: str) -> Any:  # noqa: ANN401 - whatever it is
        return getattr(self._kept[number], name)

    def _call(self, number: int, arguments: Any, keywords: Any) -> Any:  # noqa: ANN401 - encoded
        words, names = decode(arguments, self._find), decode(keywords, self._find)
        return self._kept[number](*words, **names)

    def _keep(self, value: Any) -> Handle:  # noqa: ANN401 - whatever cannot cross
        self._kept.append(value)
        return Handle(len(self._kept) - 1, type(value).__name__)

    def _find(self, handle: Handle) -> Any:  # noqa: ANN401 - whatever was kept
        return self._kept[handle.number]


class _MarkGiven(ast.NodeTransformer):
    """Pass what is assigned to a given name, however that is written, to ``__give__``."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        return self._followed(node, node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        return self._followed(node, [node.target] if node.value else [])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.NamedExpr:
        self.generic_visit(node)
        if node.target.id in self.names:
            node.value = _given(node.target.id, node.value)
        return node

    def _followed(self, node: ast.stmt, targets: list[ast.expr]) -> list[ast.stmt]:
        self.generic_visit(node)
        bound = [name.id for target in targets for name in ast.walk(target) if _is_bound(name)]
        calls = [_given(name, ast.Name(name, ast.Load())) for name in bound if name in self.names]
        return [node, *map(ast.Expr, calls)]


def _is_bound(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _given(name: str, value: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(_GIVE, ast.Load()), [ast.Constant(name), value], [])


def remember(file: str, text: str) -> None:
    """Let tracebacks show the lines of a text that is no file.

    The lines are what Python takes for lines, and end as a file's do (browsers send
    carriage returns): by their lengths tracebacks place the marks below an expression.
    """
    lines = [f"{line}\n" for line in re.split(r"\r\n?|\n", text)]
    linecache.cache[file] = (len(text), None, lines, file)


def story(error: BaseException, told: str) -> str:
    """A traceback for a student: the frames in one file, and the shapes that met there.

    Args:
        error: What was raised.
        told: The file to tell about; frames of libraries and our own are left out.
    """
    report = traceback.TracebackException.from_exception(error)
    report.stack = traceback.StackSummary.from_list(
        [frame for frame in report.stack if frame.filename == told]
    )
    return "".join(report.format(chain=False)) + _shapes(error.__traceback__, told)


def _shapes(trace: types.TracebackType | None, told: str) -> str:
    """The shapes of the tensors named on the line that failed, to be compared."""
    found: dict[str, str] = {}
    while trace:
        frame = trace.tb_frame
        if frame.f_code.co_filename == told:
            values = {**frame.f_globals, **frame.f_locals}
            found = {
                name: str(tuple(values[name].shape))
                for name in re.findall(r"[^\W\d]\w*", linecache.getline(told, trace.tb_lineno))
                if isinstance(values.get(name), torch.Tensor)
            }
        trace = trace.tb_next
    return "".join(f"    {name}.shape = {shape}\n" for name, shape in found.items())
