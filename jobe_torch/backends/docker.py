"""Cells as containers of a Docker Engine, here or elsewhere, spoken with by their attach stream."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import replace

import structlog

from jobe_torch.backends.attach import AttachedStream
from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.container import LEVELS, Container
from jobe_torch.backends.engine import Engine
from jobe_torch.backends.talk import Talk
from jobe_torch.cell.jail import Level
from jobe_torch.cell.wire import Job, Report

__all__ = ["LABEL", "DockerBackend", "DockerCell"]

_log = structlog.get_logger(__name__)

LABEL = "io.jobe-torch.server"
"""On every container of ours; its value says whose of several servers on one engine."""

_FIRST_ID = 200_000
_IDS_PER_CELL = 65_536


class DockerBackend:
    """Starts containers that end when this server no longer holds their stream.

    The engine may come and go: it is looked for when a cell is wanted.

    Args:
        url: of the engine: ``unix:///var/run/docker.sock`` or ``tcp://host:port``.
        container: what each cell's is like, but for its level and ids.
        server: tells this server's containers from those of others on the same engine. Those
            that bear this name when the first cell is wanted are orphans, and removed.
        minimum_level: refuse to start cells with lesser walls.
    """

    name = "docker"

    def __init__(
        self,
        *,
        url: str,
        container: Container,
        server: str = "jobe-torch",
        minimum_level: Level = Level.USERNS1,
    ) -> None:
        self._url = url
        self._server = server
        self._container = replace(container, labels={LABEL: server}).with_config(first_id=_FIRST_ID)
        self._minimum = minimum_level
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._cells: set[DockerCell] = set()
        self._closed = False
        self._starts = itertools.count(time.time_ns())
        """Numbers that make names differ, also from an earlier server's."""

    def start_cell(self, slot: int) -> DockerCell:
        """Start a container and wait until its agent is ready."""
        with self._lock:
            engine = self._prepared_engine()
            cell = DockerCell(f"docker-{slot}", engine)
            if self._closed:
                raise BackendError("the backend is closed")
            self._cells = {known for known in self._cells if not known.closed} | {cell}
        container = self._container.with_config(first_id=_FIRST_ID + slot * _IDS_PER_CELL)
        cell.start(container, f"{self._server}-{slot}-{next(self._starts):x}")
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

    def _prepared_engine(self) -> Engine:
        """The engine, without orphans, and with the level known that it is good for."""
        if self._engine is None:
            engine = Engine(self._url)
            engine.remove_labelled(f"{LABEL}={self._server}")
            self._container = self._container.with_config(level=self._best_level(engine))
            self._engine = engine
        self._engine.remove_left_behind()
        return self._engine

    def _best_level(self, engine: Engine) -> Level:
        reasons = []
        for level in LEVELS[: LEVELS.index(self._minimum) + 1]:
            reason = probe_level(engine, self._container.with_config(level=level))
            if reason is None:
                return level
            _log.warning("jail level not to be had", level=level.value, reason=reason)
            reasons.append(reason)
        raise BackendError(f"no jail of level {self._minimum} or better: {'; '.join(reasons)}")


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

    def start(self, container: Container, container_name: str) -> None:
        """Create, attach, start, and wait for the agent.

        Raises:
            BackendError: it did not become ready; nothing is left of it.
        """
        try:
            self.container = self._engine.create(
                container.request("agent", attached=True), container_name
            )
            self._stream = self._engine.attach(self.container, self._listen)
            self._engine.start(self.container)
            self._talk = Talk(self.name, self._stream)
            self.ready = self._talk.hear_ready()
        except (BackendError, CellLost) as error:
            self.close()
            said = "; ".join(self._said[-3:])
            raise BackendError(f"{self.name} did not start: {said or error}") from error

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


def probe_level(engine: Engine, container: Container) -> str | None:
    """None when walls of the container's level stand in it, else the reason."""
    said: list[bytes] = []
    created = engine.create(container.request("probe", attached=False))
    try:
        stream = engine.attach(created, said.append)
        engine.start(created)
        while data := stream.recv(1 << 16):
            said.append(data)
        stream.close()
        if engine.wait(created) == 0:
            return None
    finally:
        engine.remove(created)
    return b"".join(said).decode(errors="replace").strip() or f"level {container.config.level}"
