"""Real cells for the suites that run programs: on which lanes, with which jobs."""

from __future__ import annotations

import functools
import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest

from jobe_torch.backends.base import Backend, BackendError, Cell
from jobe_torch.backends.container import LEVELS, Container
from jobe_torch.backends.docker import DockerBackend, DockerCell
from jobe_torch.backends.gpus import choose_gpus, find_gpus
from jobe_torch.backends.local import LocalBackend, LocalCell, probe_level
from jobe_torch.cell.jail import Level
from jobe_torch.cell.wire import File, Job, Report
from jobe_torch.config import load
from jobe_torch.languages.python3 import PYTHON3
from jobe_torch.protocol.limits import Bounds
from jobe_torch.protocol.parameters import parse_parameters
from jobe_torch.protocol.run_spec import RunSpec
from tests.absent import absent

__all__ = [
    "DOCKER_LANES",
    "LANES",
    "Bench",
    "Program",
    "close_local_backends",
    "inspect",
    "local_backend",
    "open_bench",
    "open_docker",
    "open_gpu_bench",
]

_PYTHON = load(environment=os.environ).cell_python

CELL_MEMORY_BYTES = 2 << 30
"""Bound of a whole cell: what attacks on memory try to exceed."""

LANES = tuple(f"local-{level}" for level in (Level.USERNS, Level.CAPS, Level.USERNS1))
"""Backends and their jail levels, as test ids."""

_local_backends: list[LocalBackend] = []

DOCKER_LANES = tuple(f"docker-{level}" for level in LEVELS)
"""The same for containers."""


@dataclass(frozen=True, slots=True)
class Program:
    """A Python program as a client would send it."""

    source: bytes
    files: tuple[File, ...] = ()
    stdin: bytes = b""
    name: str = "prog.py"
    args: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    """Jobe parameters."""

    def job(self, job_id: str, *, warm: bool) -> Job:
        """The job the server makes of it; ``warm`` only allows a spare, as the server does."""
        parameters = {**self.limits, "runargs": [shlex.quote(word) for word in self.args]}
        spec = RunSpec(
            language_id="python3",
            source="",
            source_name=self.name,
            stdin="",
            files=(),
            parameters=parse_parameters(
                msgspec.Raw(json.dumps(parameters).encode()), PYTHON3.parameters
            ),
            debug=None,
        )
        # The source comes as a file of its name: so it may be of any bytes.
        files = (File(self.name, self.source), *self.files)
        job = PYTHON3.plan(spec, files, job_id=job_id, bounds=Bounds())
        return replace(job, stdin=self.stdin, warm=job.warm and warm)


class Bench:
    """One cell of a backend; a new one takes its place when a test has spoilt it."""

    def __init__(self, backend: Backend, slot: int = 0) -> None:
        self._backend = backend
        self._slot = slot
        self._count = 0
        self._start()

    def _start(self) -> None:
        self.cell: Cell = self._backend.start_cell(self._slot)
        self.roots = frozenset({_first_process(self.cell)})
        """Processes outside the cell that all of its own descend from."""

    def neighbour(self) -> Bench:
        """A bench with the next cell of the same backend."""
        return Bench(self._backend, self._slot + 1)

    @property
    def level(self) -> str:
        """The jail level in force."""
        return self.cell.ready.jail

    @property
    def in_group(self) -> bool:
        """Whether a control group bounds what the cell's processes take together."""
        return not isinstance(self.cell, LocalCell) or self.cell._group is not None

    def run(self, program: Program, *, warm: bool = True) -> Report:
        """Run a program in the cell."""
        self._count += 1
        return self.cell.run(program.job(f"{self._count:06}", warm=warm))

    def renew(self) -> None:
        """Put a new cell in the place of the one there is."""
        self.close()
        self._start()

    def close(self) -> None:
        """End the cell."""
        self.cell.close()


def _first_process(cell: Cell) -> int:
    if isinstance(cell, DockerCell):
        return int(inspect(cell)["State"]["Pid"])
    assert isinstance(cell, LocalCell)
    return cell._process.pid


def open_bench(*lanes: str) -> Iterator[Bench]:
    """A bench on the first of the lanes that is to be had, as a fixture yields it."""
    reasons = []
    for lane in lanes:
        try:
            backend = _open_backend(lane)
        except BackendError as error:
            reasons.append(f"{lane}: {error}")
            continue
        bench = Bench(backend)
        yield bench
        bench.close()
        if not isinstance(backend, LocalBackend):
            backend.close()
        return
    absent("; ".join(reasons)) if "docker" in lanes[0] else pytest.skip("; ".join(reasons))


def open_gpu_bench(share: float = 1.0) -> Iterator[Bench]:
    """A bench with the first GPU that the setting `gpus` names, as a fixture yields it."""
    settings = load(environment=os.environ)
    try:
        gpu = choose_gpus(settings.gpus or ("all",), find_gpus())[0]
    except (BackendError, IndexError) as error:
        if settings.gpus:
            pytest.fail(f"no GPU, and {', '.join(settings.gpus)} was asked for: {error}")
        pytest.skip(f"no GPU: {error}")
    backend = LocalBackend(
        python=_PYTHON,
        memory_bytes=settings.cell_memory_bytes,
        gpus=[gpu.for_cell(share=share)],
    )
    bench = Bench(backend)
    yield bench
    bench.close()
    backend.close()


def _open_backend(lane: str) -> Backend:
    """The backend of a lane, at just its level."""
    kind, _, level = lane.partition("-")
    return open_docker(Level(level)) if kind == "docker" else local_backend(Level(level))


@functools.cache
def local_backend(level: Level) -> LocalBackend:
    """One for the whole session: its cells have one mother, who imports once."""
    backend = LocalBackend(python=_PYTHON, minimum_level=level, memory_bytes=CELL_MEMORY_BYTES)
    exact = replace(backend._config, level=level)
    if reason := probe_level(exact):
        raise BackendError(reason)
    backend._config = exact
    _local_backends.append(backend)
    return backend


def close_local_backends() -> None:
    """For the session's end."""
    for backend in _local_backends:
        backend.close()


def open_docker(level: Level) -> DockerBackend:
    """Containers of our image at just this level, with a name of their own.

    Raises:
        BackendError: there is no engine, no image, or the level does not stand in it.
    """
    settings = load(environment=os.environ, flags={"cell_memory_bytes": str(CELL_MEMORY_BYTES)})
    backend = DockerBackend(
        url=settings.docker_host,
        container=Container.of(settings),
        server=f"jobe-torch-test-{os.getpid()}-{level}",
        levels=(level,),
    )
    backend.prepare()
    return backend


def inspect(cell: DockerCell) -> dict[str, Any]:
    """What the engine says of a cell's container."""
    described: dict[str, Any] = cell._engine._client.inspect_container(cell.container)
    return described
