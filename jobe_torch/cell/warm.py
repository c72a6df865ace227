"""The agent's side of the zygote and its spares."""

from __future__ import annotations

import json
import os
import select
import socket
import time
import typing
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from jobe_torch.cell import handover, linux
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.gpu import Context
from jobe_torch.cell.install import HINT
from jobe_torch.cell.interpreter import execute
from jobe_torch.cell.jail import Holder, Identity, JailError, Level
from jobe_torch.cell.last_word import LastWord
from jobe_torch.cell.limits import Meter, cpu_seconds, run_delay_seconds
from jobe_torch.cell.mother import call_for_zygote
from jobe_torch.cell.supervise import Clocks, Ended, ServerGone, Surroundings, Watch, supervise
from jobe_torch.cell.wire import Job, Report, StepOutcome
from jobe_torch.cell.zygote import PACKET_BYTES, preload_packet

__all__ = ["Spare", "Zygote"]


class Zygote:
    """The process that forks spares; see `jobe_torch.cell.zygote`.

    Args:
        config: says where to ask for one that has imported everything, if anywhere.
        identity: whom its spares become.
        seccomp: their filter.
        environment: its own, if it is to be started here.
        doors: of the control groups that one from elsewhere has to enter.

    Raises:
        JailError: it did not come up.
    """

    def __init__(
        self,
        config: CellConfig,
        identity: Identity,
        seccomp: bytes,
        environment: dict[str, str],
        doors: Sequence[int],
    ) -> None:
        self._has_mother = config.mother is not None
        if config.mother is None:
            self._socket = _start(config, environment)
        else:
            self._socket = socket.socket(fileno=config.mother)
            call_for_zygote(self._socket, doors, user=config.level is not Level.CAPS)
        setup = {
            "identity": asdict(identity),
            "seccomp": seccomp.hex(),
            "gpu": config.gpu and asdict(config.gpu),
        }
        shared = LastWord.make()
        answer = self._ask(setup, shared)
        self.last_word = LastWord(shared)
        self.pid: int = answer["pid"]
        self.versions: dict[str, str] = answer["versions"]
        self.memory_bytes: int = answer["memory_bytes"]

    def fileno(self) -> int:
        """Readable when the spare has ended."""
        return self._socket.fileno()

    def fork(self, descriptors: list[int]) -> int:
        """Have a spare made; returns its pid."""
        socket.send_fds(self._socket, [b"f"], descriptors)
        return int(self._receive()["pid"])

    def learn(self, working_set: bytes) -> None:
        """Have spares take these pages at once; what a rehearsal said."""
        if len(working_set) < PACKET_BYTES:
            self._socket.send(working_set)

    def collect(self) -> Ended:
        """How the spare ended."""
        return Ended(**self._receive())

    def _ask(self, setup: Mapping[str, object], shared: int) -> dict[str, typing.Any]:
        try:
            socket.send_fds(self._socket, [json.dumps(setup).encode()], [shared])
            return self._receive()
        except (ConnectionError, JailError) as error:
            hint = "the mother gave none" if self._has_mother else HINT
            raise JailError(f"the zygote did not start; {hint}") from error

    def _receive(self) -> dict[str, typing.Any]:
        packet = self._socket.recv(PACKET_BYTES)
        if not packet:
            raise JailError("the zygote died")
        message: dict[str, typing.Any] = json.loads(packet)
        return message


def _start(config: CellConfig, environment: dict[str, str]) -> socket.socket:
    """Have a child of the agent become a zygote that imports for itself."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        linux.die_with_parent()
        execute(config.python, theirs.fileno(), environment)
    theirs.close()
    ours.send(preload_packet(config.preload, mother=False))
    return ours


@dataclass(frozen=True, slots=True)
class _Start:
    """What a spare says of itself when it lets the program go."""

    began: float
    cpu_seconds: float
    waiting_seconds: float


class Spare:
    """A process that waits behind its walls for one warm job.

    Raises:
        JailError: it could not be put in place.
    """

    def __init__(self, zygote: Zygote, holder: Holder) -> None:
        self.holder = holder
        self._zygote = zygote
        self._control, control = socket.socketpair()
        null = os.open(os.devnull, os.O_RDONLY)
        self._stdout, stdout = os.pipe()
        self._stderr, stderr = os.pipe()
        self.pid = zygote.fork([holder.pidfd, control.fileno(), null, stdout, stderr])
        control.close()
        for descriptor in (null, stdout, stderr):
            os.close(descriptor)
        self._events = self._control.makefile("rb")
        self._collected = False
        self.context = Context(**self._expect("ready")["context"])

    def waits(self) -> bool:
        """Whether it is still there: the kernel may have taken it for the memory of a cold run.

        Raises:
            JailError: the zygote is gone, and with it all spares to come.
        """
        if self._collected:
            return False
        poll = select.poll()
        # Neither says anything more before there is a job, unless it ends.
        poll.register(self._control, select.POLLIN)
        poll.register(self._zygote, select.POLLIN)
        if not poll.poll(0):
            return True
        self.collect()
        self._close()
        return False

    def give_up(self) -> None:
        """End it while it waits; from now on it does so no longer."""
        self.holder.stop()
        self.collect()
        self._close()

    def end(self) -> None:
        """Kill all that is left of the run, and its walls."""
        self.holder.stop()
        if not self._collected:
            self.collect()  # a PID namespace ends only after its last zombie
        self.holder.wait()

    def fileno(self) -> int:
        """Readable when it has ended."""
        return self._zygote.fileno()

    def collect(self) -> Ended:
        """How it ended."""
        self._collected = True
        return self._zygote.collect()

    def said_end(self) -> Ended | None:
        """How it ended by its last word."""
        status = self._zygote.last_word.status
        if status is None:
            return None
        try:
            waiting_seconds = run_delay_seconds(f"/proc/{self.pid}")
            return Ended(status << 8, cpu_seconds(self.pid), waiting_seconds)
        except (FileNotFoundError, ProcessLookupError):
            return None  # it is gone already, and the zygote tells how

    def run(self, job: Job, surroundings: Surroundings) -> Report:
        """Become the job and see it through. It must be ended afterwards.

        Raises:
            JailError: the spare failed before any submitted byte was executed.
            ServerGone: nobody waits any more.
        """
        meter = Meter(surroundings.own, self.holder.pid)
        self._zygote.last_word.forget()
        try:
            self._control.sendall(handover.pack(job))
            checked, start = self._see_check(job, meter, surroundings)
            run = None
            if start is not None:
                limits = job.run.limits
                meter.start(self.pid, start.waiting_seconds)
                watch = Watch(limits, meter, start.began, start.cpu_seconds, surroundings)
                stop = self.holder.stop
                run = supervise(self, self._stdout, self._stderr, watch, kill=stop, sweep=stop)
                if run.was_killed:
                    self.holder.check()
            return Report(job.id, checked, compile_failed=run is None, run=run, warm=True)
        finally:
            self._close()

    def _see_check(
        self, job: Job, meter: Meter, surroundings: Surroundings
    ) -> tuple[StepOutcome | None, _Start | None]:
        """Wait for the compile check; also the start of the program, if the run goes on."""
        limits = (job.compile or job.run).limits
        clocks = Clocks(Watch(limits, meter, time.monotonic(), 0.0, surroundings))
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(surroundings.server, select.POLLRDHUP)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll(clocks.wait_ms())}
            if self._control.fileno() in ready:
                break
            if surroundings.server in ready:
                self.holder.stop()
                raise ServerGone
            if clocks.ran_out():
                self.holder.stop()
        line = self._events.readline()
        event: dict[str, typing.Any] = json.loads(line) if line else {"event": "died"}
        if event["event"] == "go":
            start = _Start(event["began"], event["cpu_seconds"], event["waiting_seconds"])
            return _checked(clocks, 0) if job.compile else None, start
        status = self.collect().status
        died = event["event"] == "died" and (clocks.expired or os.WIFSIGNALED(status))
        if event["event"] != "refused" and not died:
            raise JailError(f"a spare failed to prepare its run: {event.get('reason')}")
        oom = clocks.saw_oom_kill or surroundings.memory.any_new_kill()
        checked = _checked(clocks, os.waitstatus_to_exitcode(status), oom=oom)
        said = event.get("complaints", "").encode(errors="surrogateescape")
        return replace(checked, stderr=said, stderr_dropped=event.get("dropped", 0)), None

    def _expect(self, event: str) -> dict[str, typing.Any]:
        line = self._events.readline()
        said: dict[str, typing.Any] = json.loads(line) if line else {}
        if said.get("event") != event:
            raise JailError(said.get("reason", "a spare failed to enter the jail"))
        return said

    def _close(self) -> None:
        self._events.close()
        self._control.close()
        os.close(self._stdout)
        os.close(self._stderr)


def _checked(clocks: Clocks, exit_code: int, *, oom: bool = False) -> StepOutcome:
    signalled = exit_code < 0 and not clocks.expired
    return StepOutcome(
        exit_code=exit_code if exit_code >= 0 and not clocks.expired else None,
        signal=-exit_code if signalled else None,
        timed_out=clocks.expired,
        out_of_memory=oom,
        cpu_seconds=clocks.cpu_seconds,
        wall_seconds=clocks.wall_seconds,
        stdout=b"",
        stderr=b"",
        stdout_dropped=0,
        stderr_dropped=0,
    )
