"""A step is followed to its end: streams, clocks, leftovers. With plain processes, no jail."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobe_torch.cell.group import GroupMemory
from jobe_torch.cell.limits import Meter, Usage, kernel_tells_waiting
from jobe_torch.cell.supervise import Clocks, Ended, ServerGone, Surroundings, Watch, supervise
from jobe_torch.cell.wire import Clock, Limits, StepOutcome

MB = 1 << 20


class OneProcessMeter(Meter):
    """Sees one process only: outside a cell, /proc has everybody's."""

    def __init__(self, pid: int) -> None:
        super().__init__((), pid)  # the holder's place is taken by one that reaped nothing
        self._pid = pid

    def _pids(self) -> Iterator[int]:
        yield self._pid


class Step:
    """A forked function in a process group of its own, supervised as an agent does it."""

    def __init__(self, action: Callable[[], None], *, held: bool = False) -> None:
        self._stdout, stdout = os.pipe()
        self.held = os.dup(stdout) if held else None
        self._stderr, stderr = os.pipe()
        self._began = time.monotonic()
        self._pid = os.fork()
        if self._pid == 0:
            os.setpgid(0, 0)
            os.dup2(stdout, 1)
            os.dup2(stderr, 2)
            os.closerange(3, 1000)
            action()
            os._exit(0)
        with contextlib.suppress(ProcessLookupError):
            os.setpgid(self._pid, self._pid)  # here too: `kill` may come before the child does it
        os.close(stdout)
        os.close(stderr)
        self._pidfd = os.pidfd_open(self._pid)
        self._server, self.client = socket.socketpair()
        self._meter = OneProcessMeter(self._pid)
        self.kills = 0
        self.sweeps = 0
        self.last_word: Ended | None = None

    def fileno(self) -> int:
        return self._pidfd

    def collect(self) -> Ended:
        _, status, usage = os.wait4(self._pid, 0)
        return Ended(status, usage.ru_utime + usage.ru_stime, 0.0)

    def said_end(self) -> Ended | None:
        return self.last_word

    def kill(self) -> None:
        self.kills += 1
        self._end()

    def sweep(self) -> None:
        self.sweeps += 1
        self._end()

    def _end(self) -> None:
        for _ in range(100):
            try:
                os.killpg(self._pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            time.sleep(0.01)

    def follow(self, *, cpu: float = 60, wall: float = 60, kept: int = MB) -> StepOutcome:
        limits = Limits(cpu, wall, 0, -1, kept, 30)
        surroundings = Surroundings(frozenset(), self._server.fileno(), GroupMemory(""))
        watch = Watch(limits, self._meter, self._began, 0.0, surroundings)
        try:
            return supervise(
                self, self._stdout, self._stderr, watch, kill=self.kill, sweep=self.sweep
            )
        finally:
            for descriptor in (self._stdout, self._stderr, self._pidfd):
                os.close(descriptor)
            self._server.close()
            self.client.close()


Start = Callable[[Callable[[], None]], Step]


@pytest.fixture
def step() -> Start:
    return Step


def test_what_was_written_is_kept_and_told_apart(step: Start) -> None:
    def action() -> None:
        os.write(1, b"out")
        os.write(2, b"err")
        os._exit(3)

    outcome = step(action).follow()
    assert (outcome.stdout, outcome.stderr, outcome.exit_code) == (b"out", b"err", 3)
    assert (outcome.signal, outcome.timed_out) == (None, None)


def test_a_stream_is_read_on_past_what_is_kept(step: Start) -> None:
    def action() -> None:
        for _ in range(300):
            os.write(1, b"x" * 10_000)

    outcome = step(action).follow(kept=1000)
    assert outcome.stdout == b"x" * 1000
    assert outcome.stdout_dropped == 300 * 10_000 - 1000
    assert outcome.exit_code == 0


def test_a_signal_is_told(step: Start) -> None:
    outcome = step(lambda: os.kill(os.getpid(), signal.SIGSEGV)).follow()
    assert (outcome.exit_code, outcome.signal) == (None, signal.SIGSEGV)


def test_closed_streams_do_not_end_a_step(step: Start) -> None:
    def action() -> None:
        os.close(1)
        os.close(2)
        time.sleep(0.3)
        os._exit(4)

    assert step(action).follow().exit_code == 4


def test_a_last_word_ends_a_step_that_has_closed_its_streams(step: Start) -> None:
    def action() -> None:
        os.write(1, b"all")
        os.close(1)
        os.close(2)
        time.sleep(60)

    going = step(action)
    going.last_word = Ended(5 << 8, 0.5, 0.0)
    outcome = going.follow()
    assert (outcome.stdout, outcome.exit_code, outcome.cpu_seconds) == (b"all", 5, 0.5)
    going.kill()


def test_a_last_word_before_the_end_of_the_streams_counts_for_nothing(step: Start) -> None:
    def action() -> None:
        os.close(1)
        time.sleep(0.3)
        os.write(2, b"more")
        os._exit(4)

    going = step(action)
    going.last_word = Ended(0, 0.0, 0.0)
    outcome = going.follow()
    assert outcome.stderr == b"more"


def test_what_outlives_its_step_is_killed_and_its_later_output_lost(step: Start) -> None:
    def action() -> None:
        if os.fork() == 0:
            os.write(1, b"child ")
            time.sleep(60)
            os.write(1, b"late")
            os._exit(0)
        time.sleep(0.2)
        os.write(1, b"parent")

    followed = step(action)
    outcome = followed.follow()
    assert (outcome.stdout, followed.kills, followed.sweeps) == (b"child parent", 0, 1)


@pytest.mark.timeout(20)
def test_an_output_that_nothing_left_alive_holds_open_is_not_waited_for() -> None:
    def action() -> None:
        os.write(1, b"all")

    followed = Step(action, held=True)
    outcome = followed.follow()
    assert followed.held is not None
    os.close(followed.held)
    assert (outcome.stdout, followed.kills, followed.sweeps) == (b"all", 0, 1)


@pytest.mark.timeout(20)
def test_what_outlives_its_step_cannot_hold_the_answer_back_by_writing() -> None:
    class Flood(Step):
        def sweep(self) -> None:
            super().sweep()
            os.dup2(os.open(os.devnull, os.O_RDONLY), self._stdout)

    followed = Flood(lambda: None)
    os.dup2(os.open("/dev/zero", os.O_RDONLY), followed._stdout)
    outcome = followed.follow(kept=0)
    assert (followed.sweeps, outcome.exit_code) == (1, 0)


def test_a_step_that_leaves_nothing_is_not_killed(step: Start) -> None:
    followed = step(lambda: None)
    followed.follow()
    assert (followed.kills, followed.sweeps) == (0, 0)


def test_a_busy_step_runs_out_of_cpu_time(step: Start) -> None:
    def action() -> None:
        os.write(1, b"before")
        while True:
            pass

    outcome = step(action).follow(cpu=0.3)
    assert (outcome.timed_out, outcome.stdout) == (Clock.CPU, b"before")
    assert outcome.exit_code is outcome.signal is None
    assert outcome.cpu_seconds > 0.3


def test_an_idle_step_runs_out_of_wall_time(step: Start) -> None:
    outcome = step(lambda: time.sleep(60)).follow(wall=0.3)
    assert outcome.timed_out is Clock.WALL
    assert outcome.cpu_seconds < 0.3


def test_a_step_that_ends_over_its_cpu_time_was_too_slow_all_the_same(step: Start) -> None:
    def action() -> None:
        while time.process_time() < 0.03:
            pass

    assert step(action).follow(cpu=0.01).timed_out is Clock.CPU


def test_a_step_that_ends_just_over_its_wall_time_was_too_slow(step: Start) -> None:
    # A sleep of the limit's length, as a student would try it, always is.
    outcome = step(lambda: time.sleep(0.5)).follow(wall=0.5)
    assert outcome.timed_out is Clock.WALL


@pytest.mark.skipif(not kernel_tells_waiting(), reason="this kernel tells of no waiting")
@pytest.mark.parametrize(
    ("waited_before", "expired"), [(0.0, None), (60.0, Clock.WALL)], ids=["since", "before"]
)
def test_waiting_for_a_processor_counts_from_the_start_of_the_program(
    waited_before: float, expired: Clock | None
) -> None:
    meter = OneProcessMeter(os.getpid())
    meter.start(os.getpid(), waited_before)
    surroundings = Surroundings(frozenset(), -1, GroupMemory(""))
    began = time.monotonic() - 30
    clocks = Clocks(Watch(Limits(20, 20, 0, -1, MB, 30), meter, began, 0.0, surroundings))
    clocks.stop(Ended(status=0, cpu_seconds=0.0, waiting_seconds=60.0))
    assert clocks.expired is expired


class Unreadable(Meter):
    """That of a group so full that the kernel would kill for a look at it."""

    def read(self) -> Usage:
        raise AssertionError


def test_a_kill_for_memory_is_seen_before_a_look_takes_memory_itself(tmp_path: Path) -> None:
    events = tmp_path / "memory.events"
    events.write_text("oom_kill 0\n")
    surroundings = Surroundings(frozenset(), -1, GroupMemory(str(events)))
    limits = Limits(20, 20, 0, -1, MB, 30)
    began = time.monotonic() - 1
    clocks = Clocks(Watch(limits, Unreadable((), os.getpid()), began, 0.0, surroundings))
    events.write_text("oom_kill 1\n")
    assert clocks.ran_out()
    assert clocks.saw_oom_kill


def test_a_server_that_hangs_up_ends_the_step(step: Start) -> None:
    followed = step(lambda: time.sleep(60))
    followed.client.close()
    with pytest.raises(ServerGone):
        followed.follow()
    assert followed.kills == 1
    followed.collect()
