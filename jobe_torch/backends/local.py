"""Cells as process trees on this host: the embedded default."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from jobe_torch.backends.agent_command import PACKAGE, command
from jobe_torch.backends.base import BackendError, CellLost
from jobe_torch.backends.cgroup import CellGroup, make_group
from jobe_torch.backends.left_groups import name_of_group, remove_left_groups
from jobe_torch.backends.mother import Mother, Mothers
from jobe_torch.backends.talk import Talk, readable
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.jail import Level, Spaces
from jobe_torch.cell.wire import Job, Ready, Report

__all__ = ["LocalBackend", "LocalCell", "probe_level"]

_log = structlog.get_logger(__name__)

_FIRST_ID = 200_000
"""Host uids and gids from here on belong to cells, 65,536 to each slot."""
_IDS_PER_CELL = 65_536
_MOTHERS_IDS = _FIRST_ID - _IDS_PER_CELL
"""The same for the mother."""

_END_SECONDS = 2.0
"""For an agent to end by itself when the server hangs up."""

_DEVICES = Path("/dev")
_GPU_NODE = re.compile(r"nvidia\d+")


@dataclass(frozen=True, slots=True)
class _Interpreter:
    python: Path
    folders: tuple[str, ...]


class LocalBackend:
    """Starts agents as child processes, each behind a wall of its own.

    Args:
        python: the runs' interpreter, with the hook of `jobe_torch.cell.install`.
        minimum_level: refuse to start cells with lesser walls.
        preload: modules that each cell imports once.
        spaces: sizes of a run's writable file systems.
        memory_bytes: what one cell may use in all, where control groups are to be had.
        processes: likewise.
        gpus: the cells of the slots have them by turns.

    Raises:
        BackendError: the interpreter or the walls are not there.
    """

    name = "local"

    def __init__(
        self,
        *,
        python: Path,
        minimum_level: Level = Level.USERNS1,
        preload: Sequence[str] = ("numpy", "torch"),
        spaces: Spaces = Spaces(256 << 20, 256 << 20, 256 << 20),  # noqa: B008 - immutable
        memory_bytes: int = 4 << 30,
        processes: int = 512,
        gpus: Sequence[Gpu] = (),
    ) -> None:
        interpreter = _ask(python)
        self._config = CellConfig(
            level=minimum_level,
            python=str(interpreter.python),
            preload=tuple(preload),
            spaces=spaces,
            first_id=_FIRST_ID,
            folders=(*interpreter.folders, *(gpu.libraries for gpu in gpus if gpu.libraries)),
        )
        self._memory_bytes = memory_bytes
        self._processes = processes
        self._gpus = gpus
        self._awake = tuple(_keep_awake(gpus))
        self._starts = itertools.count()
        self._lock = threading.Lock()
        self._starting: set[LocalCell] = set()
        self._closed = False
        self._mothers = Mothers(self._make_mother)
        self.level = self._best_level(minimum_level)

    def _best_level(self, minimum: Level) -> Level:
        levels = list(Level)
        reasons = []
        for level in levels[: levels.index(minimum) + 1]:
            reason = probe_level(replace(self._config, level=level))
            if reason is None:
                self._config = replace(self._config, level=level)
                return level
            reasons.append(reason)
        raise BackendError(
            f"no jail of level {minimum} or better: {'; '.join(reasons)}. Serve as root, in "
            "containers, or where an ordinary user may make user namespaces"
        )

    def cell_config(self, slot: int) -> CellConfig:
        """What a cell in that slot is told, but for its group."""
        gpu = self._gpus[slot % len(self._gpus)] if self._gpus else None
        return replace(self._config, first_id=_FIRST_ID + slot * _IDS_PER_CELL, gpu=gpu)

    def start_cell(self, slot: int) -> LocalCell:
        """Start an agent and wait until it is ready."""
        mother = None if self.why_no_mother else self._mothers.present()
        try:
            cell = self._start_cell(slot, mother)
        except BackendError as error:
            if mother is None or not self._mothers.dismiss(mother, str(error)):
                raise
            return self._start_cell(slot, None)
        if mother is not None:
            mother.proved = True
        return cell

    @property
    def why_no_mother(self) -> str:
        """Why each cell imports for itself; empty where one process does it for all."""
        if self._gpus:
            return "what a GPU's libraries need is in the environment that interpreters start with"
        if self._config.level is Level.USERNS1:
            return "an ordinary user has no walls for a process that may enter his cells"
        return ""

    @property
    def _owner(self) -> int:
        return self._mothers_config.wall.host_id

    @property
    def _mothers_config(self) -> CellConfig:
        return replace(self._config, first_id=_MOTHERS_IDS)

    def _make_mother(self) -> Mother:
        config, group = self._grouped("mother", self._mothers_config)
        return Mother(config, group)

    def _grouped(self, name: str, config: CellConfig) -> tuple[CellConfig, CellGroup | None]:
        """A control group, if there can be one, and the configuration with it."""
        number = next(self._starts)
        group = make_group(
            name_of_group(f"{name}-{number}"),
            memory_bytes=self._memory_bytes,
            processes=self._processes,
        )
        if group is None:
            return config, None
        if number == 0:
            remove_left_groups(group)
        return replace(config, doors=group.doors, oom_events=str(group.oom_events)), group

    def _start_cell(self, slot: int, mother: Mother | None) -> LocalCell:
        name = f"local-{slot}"
        config, group = self._grouped(name, self.cell_config(slot))
        if mother is not None and config.level is Level.USERNS:
            config = replace(config, owner=self._owner)
        cell = LocalCell(name, config, group, mother)
        with self._lock:
            self._starting.add(cell)
            if self._closed:
                cell.abandon()
        try:
            cell.wait_until_ready()
        finally:
            with self._lock:
                self._starting.remove(cell)
        return cell

    def check(self) -> str | None:
        """Nothing can be wrong that starting a cell would not show better."""
        return None

    def close(self) -> None:
        """End the starts under way, and let the GPUs sleep."""
        with self._lock:
            for file in () if self._closed else self._awake:
                os.close(file)
            self._closed = True
            for cell in self._starting:
                cell.abandon()
        self._mothers.close()


class LocalCell:
    """An agent in a child process, spoken with over a socket pair."""

    ready: Ready

    def __init__(
        self,
        name: str,
        config: CellConfig,
        group: CellGroup | None = None,
        mother: Mother | None = None,
    ) -> None:
        self.name = name
        self._group = group
        self._mother = mother
        self._held = mother.mounts() if mother else contextlib.ExitStack()
        self._channel, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as asking:
            passed: list[int] = []
            if mother is not None:
                passed.append(asking.enter_context(mother.listening()).fileno())
                config = replace(config, mother=passed[0])
            self._process = subprocess.Popen(
                command("agent", config),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.PIPE,
                env={},
                pass_fds=passed,
                start_new_session=True,  # Ctrl-C is for the server, which drains
            )
        self._said: list[str] = []
        self._listener = threading.Thread(target=self._listen, name=f"{name}-log", daemon=True)
        self._listener.start()
        self._talk = Talk(name, self._channel)

    def wait_until_ready(self) -> None:
        """To be called once, before anything else.

        Until then other cells go first.

        Raises:
            BackendError: the agent did not become ready; the cell is closed.
        """
        weight = self._group.weight if self._group else None
        try:
            if weight:
                weight.be_patient()
            self.ready = self._talk.hear_ready()
            if weight:
                weight.be_equal()
        except (CellLost, OSError) as lost:
            if self._mother is not None:
                self._mother.doubt()
            self.close()
            said = "; ".join(self._said[-3:])
            raise BackendError(f"{self.name} did not start: {said or lost}") from lost

    def abandon(self) -> None:
        """Have another thread's `wait_until_ready` fail now.

        An agent that imports torch does not see that the server hung up.
        """
        self._hang_up()
        self._process.kill()  # the agent dies with this parent of its, all else with the agent

    def run(self, job: Job) -> Report:
        """Have the agent execute one job."""
        return self._talk.run(job)

    def alive(self) -> bool:
        """Whether the agent waits for a job: it neither ended nor said anything unasked."""
        try:
            return not readable(self._channel) and self._process.poll() is None
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """End the cell; returns when its processes are dead."""
        self._hang_up()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()  # all of the cell's own processes hold its log open
        self._channel.close()
        self._held.close()
        if self._group is not None:
            self._group.remove()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)  # wakes who waits here, ends the agent

    def _listen(self) -> None:
        """Log what the agent and the zygote write to stderr."""
        stream = self._process.stderr
        if stream is None:
            return
        with stream:
            for line in stream:
                text = line.decode(errors="backslashreplace").rstrip()
                self._said.append(text)
                del self._said[:-20]
                _log.warning("cell", cell=self.name, said=text)


def probe_level(config: CellConfig) -> str | None:
    """None when walls of this level stand on this host, else the reason."""
    done = subprocess.run(
        command("probe", config),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    if done.returncode == 0:
        return None
    return done.stdout.strip() or done.stderr.strip() or f"level {config.level} failed"


def _keep_awake(gpus: Sequence[Gpu]) -> Iterator[int]:
    """Open the GPUs' own files: one that nobody has open is shut down by its driver.

    It takes seconds to start again, for each context. The driver's persistence mode, which
    is root's decision for the whole machine, does the same.
    """
    for node in {node for gpu in gpus for node in gpu.nodes if _GPU_NODE.fullmatch(node)}:
        with contextlib.suppress(OSError):  # the cell will tell better
            yield os.open(_DEVICES / node, os.O_RDWR)


def _ask(python: Path) -> _Interpreter:
    """What a private root must show for an interpreter to work."""
    question = "import json, sys; print(json.dumps([sys.prefix, sys.base_prefix, sys.executable]))"
    try:
        answer = subprocess.run(
            [python, "-I", "-c", question], capture_output=True, text=True, check=True, env={}
        )
        prefix, base_prefix, executable = json.loads(answer.stdout)
    except OSError as error:
        raise BackendError(f"{python} is no Python that works: {error.strerror}") from error
    except (subprocess.CalledProcessError, ValueError) as error:
        raise BackendError(f"{python} is no Python that works: {error}") from error
    # Of this package the root shows the cell's part only: a checkout also has the bank's answers.
    own = (str(PACKAGE), str(PACKAGE.parent / "__init__.py"))
    # A private root shows real folders, and not the links by which one may get to them.
    homes = (prefix, base_prefix, Path(executable).resolve().parent)
    python = Path(executable).parent.resolve() / Path(executable).name
    return _Interpreter(python, (*(str(Path(home).resolve()) for home in homes), *own))
