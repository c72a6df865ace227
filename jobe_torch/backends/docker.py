"""Cells as containers of a Docker Engine, here or elsewhere, spoken with by their attach stream."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import Any

import structlog

from jobe_torch.backends.attach import AttachedStream
from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.container import (
    LABEL,
    LEVELS,
    PATIENT_SHARES,
    SHARES,
    Container,
    Place,
    owner,
)
from jobe_torch.backends.engine import Engine
from jobe_torch.backends.talk import Talk
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.jail import Level
from jobe_torch.cell.wire import Job, Report

__all__ = ["DockerBackend", "DockerCell"]

_log = structlog.get_logger(__name__)


class DockerBackend:
    """Starts containers that end when this server no longer holds their stream.

    The engine may come and go: it is looked for when a cell is wanted.

    Args:
        url: of the engine: ``unix:///var/run/docker.sock`` or ``tcp://host:port``.
        container: what each cell's is like.
        server: tells this server's containers from those of others on the same engine. Those
            that bear this name when the first cell is wanted are orphans, and removed.
        levels: of the jail, best first: cells have the first that stands in a container.
        gpus: the cells of the slots have them by turns.
    """

    name = "docker"

    def __init__(
        self,
        *,
        url: str,
        container: Container,
        server: str = "jobe-torch",
        levels: Sequence[Level] = LEVELS,
        gpus: Sequence[Gpu] = (),
    ) -> None:
        self._url = url
        self._server = server
        self._container = container
        self._levels = levels
        self._gpus = gpus
        self._engine: Engine | None = None
        self._level = levels[-1]
        self._lock = threading.Lock()
        self._cells: set[DockerCell] = set()
        self._closed = False
        self._starts = itertools.count(secrets.randbits(48))
        """Numbers that make names differ, also from an earlier server's."""

    def start_cell(self, slot: int) -> DockerCell:
        """Start a container and wait until its agent is ready."""
        engine = self.prepare()
        with self._lock:
            cell = DockerCell(f"docker-{slot}", engine)
            if self._closed:
                raise BackendError("the backend is closed")
            self._cells = {known for known in self._cells if not known.closed} | {cell}
        gpu = self._gpus[slot % len(self._gpus)] if self._gpus else None
        place = Place(self._server, slot, self._level, gpu)
        request = self._container.request(place, "agent", attached=True)
        cell.start(request, f"{self._server}-{slot}-{next(self._starts):x}")
        return cell

    def check(self) -> str | None:
        """Whether the engine answers."""
        try:
            Engine.ping(self._url)
        except BackendError as error:
            return str(error)
        return None

    def close(self) -> None:
        """End what is still starting."""
        with self._lock:
            self._closed = True
            for cell in self._cells:
                cell.close()
            if self._engine is not None:
                self._engine.close()

    def prepare(self) -> Engine:
        """Find the engine, remove orphans, learn which level it is good for; once.

        Raises:
            BackendError: no cell can be started.
        """
        with self._lock:
            if self._engine is None:
                with ExitStack() as on_failure:
                    engine = on_failure.enter_context(closing(Engine(self._url)))
                    engine.remove_labelled(f"{LABEL}={owner(self._server, gpu=bool(self._gpus))}")
                    self._level = self._best_level(engine)
                    on_failure.pop_all()
                self._engine = engine
        self._engine.remove_left_behind()
        return self._engine

    def _best_level(self, engine: Engine) -> Level:
        reasons = []
        # What puts a GPU into a container mounts over parts of its /proc: fewer levels stand.
        gpu = self._gpus[0] if self._gpus else None
        for level in self._levels:
            place = Place(self._server, 0, level, gpu)
            reason = _probe(engine, self._container.request(place, "probe", attached=False))
            if reason is None:
                return level
            reasons.append(f"{level}: {reason}")
            _log.warning("jail level not to be had", level=level.value, reason=reason)
        raise BackendError(f"no jail stands in a container: {'; '.join(reasons)}")


class DockerCell:
    """A container with an agent."""

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self.container = ""
        """The engine's id of it."""
        self.closed = False
        self._engine = engine
        self._stream: AttachedStream | None = None
        self._said: list[str] = []

    def start(self, request: dict[str, Any], container_name: str) -> None:
        """Create, attach, start, and wait for the agent.

        Raises:
            BackendError: it did not become ready; nothing is left of it.
        """
        try:
            self.container = self._engine.create(request, container_name)
            self._stream = self._engine.attach(self.container, self._listen)
            self._engine.start(self.container)
            self._talk = Talk(self.name, self._stream)
            with self._patience(request["HostConfig"]["Memory"]):
                self.ready = self._talk.hear_ready()
        except (BackendError, CellLost) as error:
            self.close()
            said = "; ".join(self._said[-3:])
            raise BackendError(f"{self.name} did not start: {said or error}") from error

    @contextmanager
    def _patience(self, memory_bytes: int) -> Iterator[None]:
        """Others go first while this cell warms up, where the engine can do that."""
        have = partial(self._engine.set_processor_shares, self.container, memory_bytes=memory_bytes)
        try:
            have(PATIENT_SHARES)
        except BackendError:
            yield
            return
        yield
        have(SHARES)

    def run(self, job: Job) -> Report:
        """Have the agent execute one job."""
        return self._talk.run(job)

    def alive(self) -> bool:
        """Whether the agent waits for a job: it neither ended nor said anything unasked."""
        return not self.closed and self._stream is not None and self._stream.silent()

    def close(self) -> None:
        """Remove the container."""
        self.closed = True
        if self._stream is not None:
            self._stream.close()
        if self.container:
            self._engine.remove(self.container)

    def _listen(self, data: bytes) -> None:
        text = data.decode(errors="backslashreplace").rstrip()
        self._said.append(text)
        del self._said[:-20]
        _log.warning("cell", cell=self.name, said=text)


def _probe(engine: Engine, request: dict[str, Any]) -> str | None:
    """None when walls of the requested level stand in a container, else the reason."""
    said: list[bytes] = []
    container = engine.create(request)
    try:
        with closing(engine.attach(container, said.append)) as stream:
            engine.start(container)
            while data := stream.recv(1 << 16):
                said.append(data)
        if engine.wait(container) == 0:
            return None
    finally:
        engine.remove(container)
    return b"".join(said).decode(errors="replace").strip() or "the probe failed"
