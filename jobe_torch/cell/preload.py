"""What a zygote imports and exercises, so that no run has to.

Everything here runs before any submitted byte exists, in a process that must
stay with one thread and without a CUDA context, or its forks would break.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from jobe_torch.cell import linux

__all__ = ["preload", "reseed"]


def preload(names: list[str]) -> dict[str, str]:
    """Import modules, warm them and freeze the result; returns their versions.

    Modules that cannot be imported are left out.

    Raises:
        RuntimeError: a module started a thread, which no fork would inherit.
    """
    before = set(sys.modules)
    handlers: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
    register = atexit.register

    def note(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - atexit's own signature
        handlers.append((function, args, kwargs))
        return register(function, *args, **kwargs)

    atexit.register = note  # put back below
    try:
        versions = {name: version for name in names if (version := _import(name)) is not None}
        if "torch" in versions:
            _exercise_torch()
    finally:
        atexit.register = register
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("a preloaded module started a thread")
    _end_quickly({name: sys.modules[name] for name in set(sys.modules) - before}, handlers)
    gc.collect()
    gc.freeze()
    linux.collapse_private_memory()
    return versions


def _import(name: str) -> str | None:
    try:
        module = importlib.import_module(name)
    except ImportError:
        return None
    return str(getattr(module, "__version__", ""))


def _exercise_torch() -> None:
    """Do once what torch imports or sets up at its first use."""
    torch = importlib.import_module("torch")
    importlib.import_module("torch.utils.data")
    torch.set_num_threads(1)
    layer = torch.nn.Linear(2, 3)
    optimizer = torch.optim.Adam(layer.parameters())  # imports torch._dynamo: over a second
    batch = torch.ones(1, 2)
    loss = torch.nn.functional.mse_loss(layer(batch), torch.zeros(1, 3))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    torch.nn.CrossEntropyLoss()(layer(batch), torch.tensor([0])).backward()
    for shown in (batch, batch == batch, layer.weight.grad, layer, torch.arange(3)):  # noqa: PLR0124 - a tensor of truths
        repr(shown)


def _end_quickly(
    preloaded: dict[str, ModuleType],
    handlers: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]],
) -> None:
    """Spare every run the clearing away of what it did not load.

    A run ends by CPython's own finalization. That would take a preloaded torch
    apart for a third of a second, to free memory which the end of the process
    frees anyway. What a program can notice stays: threads, its own exit handlers
    and those of the standard library, ``__del__`` of its globals, C's own
    handlers and buffers, the exit status.
    """
    for module in preloaded.values():
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(module))  # never freed, whatever happens

    def forget() -> None:
        for name, module in preloaded.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]

    atexit._clear()  # noqa: SLF001 - there is no other way to forget the handlers
    atexit.register(forget)  # first in, so last out: after the program's own
    for function, args, kwargs in handlers:
        if (function.__module__ or "").partition(".")[0] in sys.stdlib_module_names:
            atexit.register(function, *args, **kwargs)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "on_exit"):
        # Last in, first out: C's buffers are written, then the process ends with its
        # status, before the destructors of libraries that were loaded earlier.
        libc.on_exit(libc._exit, None)  # noqa: SLF001 - _exit(2) of C
        libc.on_exit(libc.fcloseall, None)


def reseed() -> None:
    """Give the calling fork random numbers of its own, as a fresh process has.

    Python's own generator sees to itself after a fork.
    """
    if (numpy_random := sys.modules.get("numpy.random")) is not None:
        numpy_random.seed()
    if (torch := sys.modules.get("torch")) is not None:
        torch.default_generator.seed()
