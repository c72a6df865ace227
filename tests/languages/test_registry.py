from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from jobe_torch.cell.wire import Clock, Job, Report, StepOutcome
from jobe_torch.languages.registry import LANGUAGES, Registry, Unanswered
from jobe_torch.protocol.limits import Bounds
from tests.pool.jobs import until

SAYS = {
    "gcc": b"gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright\n",
    "java": b'openjdk version "17.0.15" 2025-04-15\n',
    "nodejs": b"v20.20.2\n",
    "octave": b"GNU Octave, version 7.3.0\n",
    "fpc": b"3.2.2\n",
    "php": b"PHP 8.2.36 (cli)\n",
    "python2": b"Python 2.7.18\n",
    "python3": b"Python 3.11.2\n",
}


class Full:
    """A machine that refuses a job after its caller has waited."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.refuse = threading.Event()
        self.jobs = 0

    def execute(self, job: Job) -> Report:
        self.jobs += 1
        self.asked.release()
        self.refuse.wait(10)
        raise TimeoutError(job.id)


class Machine:
    """Executes version commands as if some tools were installed."""

    def __init__(self, says: dict[str, bytes], *, on_stderr: bool = False) -> None:
        self.says = says
        self.on_stderr = on_stderr
        self.jobs: list[Job] = []

    def execute(self, job: Job) -> Report:
        self.jobs.append(job)
        said = self.says.get(job.run.argv[0])
        step = StepOutcome(
            exit_code=127 if said is None else 0,
            signal=None,
            timed_out=None,
            out_of_memory=False,
            cpu_seconds=0,
            wall_seconds=0,
            stdout=b"" if self.on_stderr else said or b"",
            stderr=b"not found" if said is None else said if self.on_stderr else b"",
            stdout_dropped=0,
            stderr_dropped=0,
        )
        return Report(job.id, None, compile_failed=False, run=step, warm=False)


VERSIONS = {
    "c": "12.2.0",
    "cpp": "12.2.0",
    "java": "17.0.15",
    "nodejs": "20.20.2",
    "octave": "7.3.0",
    "pascal": "3.2.2",
    "php": "8.2.36",
    "python2": "2.7.18",
    "python3": "3.11.2",
}


@pytest.mark.parametrize("on_stderr", [False, True], ids=["stdout", "stderr"])
def test_versions_in_the_references_order(on_stderr: bool) -> None:  # noqa: FBT001 - a parameter
    registry = Registry(Machine(SAYS, on_stderr=on_stderr).execute, Bounds())
    assert list(registry.versions().items()) == list(VERSIONS.items())


def test_what_is_not_installed_is_not_listed() -> None:
    registry = Registry(Machine({"python3": SAYS["python3"]}).execute, Bounds())
    assert registry.versions() == {"python3": "3.11.2"}


def test_a_tool_that_says_nothing_is_not_there() -> None:
    registry = Registry(Machine({**SAYS, "php": b""}).execute, Bounds())
    assert "php" not in registry.versions()


def test_a_tool_that_says_something_else_has_an_unknown_version() -> None:
    registry = Registry(Machine({**SAYS, "php": b"Hello"}).execute, Bounds())
    assert registry.versions()["php"] == "Unknown"


def test_tools_are_asked_once_and_by_cold_jobs() -> None:
    machine = Machine(SAYS)
    registry = Registry(machine.execute, Bounds())
    threads = [threading.Thread(target=registry.versions) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(machine.jobs) == len(LANGUAGES)
    assert not any(job.warm for job in machine.jobs)


def test_a_failure_to_ask_is_not_remembered() -> None:
    machine = Machine(SAYS)
    failures = [RuntimeError("no cell")]

    def execute(job: Job) -> Report:
        if failures:
            raise failures.pop()
        return machine.execute(job)

    registry = Registry(execute, Bounds())
    with pytest.raises(RuntimeError, match="no cell"):
        registry.versions()
    assert registry.versions() == VERSIONS


def test_languages_by_id() -> None:
    registry = Registry(Machine(SAYS).execute, Bounds())
    assert {registry.language(name).id for name in registry.versions()} == set(VERSIONS)


def test_a_tool_that_was_ended_is_asked_again_and_not_taken_for_absent() -> None:
    machine = Machine(SAYS)
    busy = True

    def execute(job: Job) -> Report:
        report = machine.execute(job)
        if busy and job.run.argv[0] == "java":
            assert report.run
            killed = replace(report.run, exit_code=None, timed_out=Clock.WALL)
            return replace(report, run=killed)
        return report

    registry = Registry(execute, Bounds())
    with pytest.raises(Unanswered, match="java"):
        registry.versions()
    busy = False
    assert dict(registry.versions()) == VERSIONS


def inside(function: Callable[..., object]) -> int:
    """How many threads are in a call of a function."""
    calls = (traceback.walk_stack(top) for top in sys._current_frames().values())
    return sum(any(frame.f_code is function.__code__ for frame, _ in call) for call in calls)


def jobs_of_four_who_are_refused() -> int:
    """How often a full machine is asked when three come while the first one waits for it."""
    machine = Full()
    registry = Registry(machine.execute, Bounds())
    with ThreadPoolExecutor() as clients:
        first = clients.submit(registry.versions)
        assert machine.asked.acquire(timeout=10)
        others = [clients.submit(registry.versions) for _ in range(3)]
        until(lambda: inside(Registry.versions) == 1 + len(others))
        machine.refuse.set()
        assert [type(one.exception(10)) for one in (first, *others)] == [TimeoutError] * 4
    return machine.jobs


def test_who_comes_while_somebody_waits_for_a_cell_does_not_wait_again_after_him() -> None:
    # Now and then one is so slow on the way in that the refusal is over: he rightly asks.
    assert 1 in (jobs_of_four_who_are_refused() for _ in range(20))
