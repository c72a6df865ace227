"""What a zygote imports and exercises, so that no run has to.

Everything here runs before any submitted byte exists, in a process that must
stay with one thread and without a CUDA context, or its forks would break.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import linecache
import os
import site
import sys
import types

from jobe_torch.cell import linux
from jobe_torch.cell.ending import Handlers, end_quickly
from jobe_torch.cell.immortal import make_all_immortal
from jobe_torch.cell.last_word import LastWord

__all__ = ["preload", "renew_random_numbers", "renew_thread_id"]

_TWISTER_WORDS = 624


def preload(names: list[str], last_word: LastWord) -> dict[str, str]:
    """Import modules, warm them and freeze the result; returns their versions.

    Modules that cannot be imported are left out.

    Raises:
        RuntimeError: a module started a thread, which no fork would inherit.
    """
    environment = dict(os.environ)
    _complete_builtins()
    with Handlers() as handlers:
        versions = {name: version for name in names if (version := _import(name)) is not None}
        if "torch" in versions:
            _exercise_torch()
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("a preloaded module started a thread")
    end_quickly(handlers, last_word)
    os.environ.clear()
    os.environ.update(environment)
    linecache.clearcache()  # a program's own look at it finds its own files only
    if (temporary := sys.modules.get("tempfile")) is not None:
        vars(temporary)["tempdir"] = (
            None  # a program may set TMPDIR before its first temporary file
        )
    if (pools := sys.modules.get("concurrent.futures.thread")) is not None:
        # torch made a pool of threads: the program's first is to be called number 0.
        pools.ThreadPoolExecutor._counter = itertools.count().__next__  # noqa: SLF001 - there is no other way
    gc.collect()
    make_all_immortal()
    gc.freeze()
    _renew_main()
    linux.collapse_private_memory()
    return versions


def _complete_builtins() -> None:
    """Add what `site` adds, later than here: modules note the names when they are imported."""
    site.setquit()
    site.setcopyright()
    site.sethelper()


def _renew_main() -> None:
    """Put an unfrozen ``__main__`` in place, or cycles of its functions would not be collected."""
    facts = vars(sys.modules["__main__"])
    sys.modules["__main__"] = main = types.ModuleType("__main__")
    if "__mp_main__" in sys.modules:  # multiprocessing's other name for it
        sys.modules["__mp_main__"] = main
    vars(main).update(facts, __annotations__={})
    gc.collect(0)  # one generation older than the program's own objects, as a fresh process has it


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
    step = torch.optim.Adam.step
    optimizer = torch.optim.Adam(layer.parameters())  # imports torch._dynamo: over a second
    batch = torch.ones(1, 2)
    with torch.no_grad():  # nodes of a graph are numbered, and a program's first is 0
        torch.nn.functional.mse_loss(layer(batch), torch.zeros(1, 3))
        torch.nn.CrossEntropyLoss()(layer(batch), torch.tensor([0]))
    # No ``backward``: the engine that it starts is broken in a fork (it crashes from 60 nested
    # calls on, and has threads where there is a GPU).
    for parameter in layer.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    optimizer.zero_grad()
    # The first of a class hangs its hooks into the class, where a program's own subclasses
    # would inherit them, and call them twice or not at all.
    torch.optim.Adam.step = step
    for shown in (batch, batch == batch, layer.weight, layer, torch.arange(3)):  # noqa: PLR0124 - a tensor of truths
        repr(shown)


def renew_thread_id() -> None:
    """Have threading know the number that the kernel gave the main thread of a fork."""
    if (threading := sys.modules.get("threading")) is not None:
        threading.main_thread()._set_native_id()  # noqa: SLF001 - there is no other way


def renew_random_numbers() -> None:
    """Give the next fork random numbers of its own, as a fresh process has.

    In the zygote it touches no memory that it shares, as it would in a fork.
    """
    if (random := sys.modules.get("random")) is not None:
        random.seed()
    if (numpy_random := sys.modules.get("numpy.random")) is not None:
        # A third of the time of its ``seed``, which mixes what is random already.
        key = sys.modules["numpy"].frombuffer(os.urandom(4 * _TWISTER_WORDS), dtype="uint32")
        numpy_random.set_state(("MT19937", key, _TWISTER_WORDS))
    if (sympy_random := sys.modules.get("sympy.core.random")) is not None:
        for generator in (sympy_random.rng, sympy_random._assumptions_rng):  # noqa: SLF001 - sympy has no function that seeds both anew
            generator.seed()
    if (torch := sys.modules.get("torch")) is not None:
        torch.default_generator.seed()
    if (process := sys.modules.get("multiprocessing.process")) is not None:
        process.current_process().authkey = os.urandom(32)
