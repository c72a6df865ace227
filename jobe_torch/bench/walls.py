"""Puts a CUDA program behind one wall more each time, and tells from which on it fails.

The first thing to look at where no cell with a GPU starts. The first stage that fails is traced,
and tried with more of the machine to be seen.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jobe_torch.backends.agent_command import command
from jobe_torch.backends.base import BackendError
from jobe_torch.backends.local import LocalBackend
from jobe_torch.bench.behind_walls import run_environment
from jobe_torch.bench.tracing import trace
from jobe_torch.cell import linux
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.jail import Level
from jobe_torch.cell.seccomp import compile_filter

__all__ = ["Stage", "try_walls"]

_PATIENCE_SECONDS = 150
_ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """\
import json, os, sys, time

began = time.monotonic()
import torch
imported = time.monotonic()
if {forked} and (child := os.fork()):
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def private_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData"))


before = private_bytes()
torch.cuda.init()
square = torch.arange(4.0, device="cuda").reshape(2, 2)
assert (square @ square.T).tolist() == [[1.0, 3.0], [3.0, 13.0]]
print(json.dumps({{
    "import_s": round(imported - began, 2),
    "context_s": round(time.monotonic() - imported, 2),
    "context_mb": private_bytes() - before >> 20,
    "threads": len(os.listdir("/proc/self/task")),
    "descriptors": len(os.listdir("/proc/self/fd")),
}}), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """What became of the program behind some walls."""

    name: str
    works: bool
    seconds: float
    said: str
    """Figures, or the end of what went wrong."""
    traced: tuple[str, ...] = ()
    """Of the first stage that fails: what it asked of the machine, marked ``>`` where the stage
    before it did not."""

    def __str__(self) -> str:
        return (
            f"{'PASS' if self.works else 'FAIL'}  {self.name} ({self.seconds:.1f} s): {self.said}"
        )


def try_walls(python: Path, gpu: Gpu, program: str = PROGRAM) -> Iterator[Stage]:
    """The program as a plain process first, last as a run in a cell.

    Args:
        python: the cells' interpreter.
        gpu: the one to use.
        program: where no GPU is, another; with a field ``forked``.
    """
    plain, forked = program.format(forked=False), program.format(forked=True)
    ours = run_environment(python, gpu)
    command = [str(python), "-BE", "-c"]
    trials = [
        _Trial("a plain process", [*command, plain], os.environ),
        _Trial("the same again", [*command, plain], os.environ),
        _Trial("with a cell's environment", [*command, plain], ours),
        _Trial("without capabilities", [*command, plain], ours, _give_up_rights),
        _Trial("and with the filter of system calls", [*command, plain], ours, _filtered),
        _Trial("and in a fork", [*command, forked], ours, _filtered),
    ]
    try:
        config = LocalBackend(python=python, gpus=[gpu]).cell_config(0)
    except BackendError as error:
        yield from _try(trials)
        yield Stage("behind any level", False, 0.0, str(error))
        return
    for level in (Level.CAPS, Level.USERNS):
        there = replace(config, level=level)
        name = f"behind level {level}"
        trials += [
            _Trial(f"{name}, without the filter", _walled(there, plain, "0"), {}, more=there),
            _Trial(name, _walled(there, plain, "1"), {}, more=there),
            _Trial(f"{name}, in a fork", _walled(there, forked, "1"), {}, more=there),
        ]
    yield from _try(trials)
    yield _cell(python, gpu)


@dataclass(frozen=True, slots=True)
class _Trial:
    name: str
    command: list[str]
    environment: Mapping[str, str]
    enter: Callable[[], None] | None = None
    more: CellConfig | None = None
    """Of one behind walls: those."""


def _try(trials: list[_Trial]) -> Iterator[Stage]:
    before: _Trial | None = None
    explained = False
    for trial in trials:
        stage = _run(trial)
        if stage.works or explained:
            yield stage
            before = trial if stage.works else before
            continue
        explained = True
        yield replace(stage, traced=_traced(trial, before))
        if trial.more is not None:
            yield from _with_more(trial.more, trial.command)


def _traced(trial: _Trial, before: _Trial | None) -> tuple[str, ...]:
    usual = set(_trace(before)) if before else set()
    return tuple(f"{' ' if line in usual else '>'} {line}" for line in _trace(trial))


def _trace(trial: _Trial) -> list[str]:
    return trace(trial.command, trial.environment, trial.enter)


def _with_more(config: CellConfig, command: list[str]) -> Iterator[Stage]:
    """The same with more of the machine: which part of it is wanted?"""
    gpu = config.gpu
    if gpu is None:
        return
    *start, _, program, filtered = command
    nodes = tuple(
        str(node.relative_to("/dev")) for node in Path("/dev").rglob("nvidia*") if not node.is_dir()
    )
    for what, shown in (
        ("all of /sys", replace(gpu, files=("/sys",))),
        ("all of NVIDIA's device files", replace(gpu, nodes=nodes)),
        ("both", replace(gpu, files=("/sys",), nodes=nodes)),
    ):
        text = replace(config, gpu=shown).to_json()
        yield _run(_Trial(f"- the same with {what}", [*start, text, program, filtered], {}))


def _give_up_rights() -> None:
    linux.drop_capabilities()
    linux.prctl(linux.Prctl.SET_NO_NEW_PRIVS, 1)


def _filtered() -> None:
    seccomp = compile_filter()
    _give_up_rights()
    linux.load_seccomp(seccomp)


def _walled(config: CellConfig, program: str, filtered: str) -> list[str]:
    start = (
        f"import sys; sys.path.insert(0, {str(_ROOT)!r}); "
        "from jobe_torch.bench.behind_walls import main; main()"
    )
    interpreter = [sys.executable, "-I", "-S", "-B", "-c", start]
    return [*interpreter, config.to_json(), program, filtered]


def _run(trial: _Trial) -> Stage:
    began = time.monotonic()
    try:
        done = subprocess.run(
            trial.command,
            check=False,
            env=trial.environment,
            preexec_fn=trial.enter,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Stage(trial.name, False, time.monotonic() - began, str(error)[-300:])
    seconds = time.monotonic() - began
    if done.returncode == 0 and not done.stderr:
        return Stage(trial.name, True, seconds, _figures(done.stdout))
    said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
    return Stage(trial.name, False, seconds, f"status {done.returncode}: {said[-600:]}")


def _figures(stdout: str) -> str:
    return ", ".join(f"{name} {value}" for name, value in json.loads(stdout).items())


def _cell(python: Path, gpu: Gpu) -> Stage:
    began = time.monotonic()
    backend = LocalBackend(python=python, gpus=[gpu])
    try:
        cell = backend.start_cell(0)
    except BackendError as error:
        seconds = time.monotonic() - began
        traced = tuple(f"> {line}" for line in _trace_agent(backend.cell_config(0)))
        return Stage("in a cell", False, seconds, str(error)[-600:], traced)
    finally:
        backend.close()
    level = cell.ready.jail
    cell.close()
    return Stage("in a cell", True, time.monotonic() - began, f"level {level}")


def _trace_agent(config: CellConfig) -> list[str]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        words = command("agent", config)  # just as a cell starts it
        return trace(words, {}, stdin=theirs.fileno())
