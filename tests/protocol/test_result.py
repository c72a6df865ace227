from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from jobe_torch.cell.wire import Clock, Report, StepOutcome
from jobe_torch.protocol.result import judge
from jobe_torch.protocol.verdict import RunResult, Verdict

RAN = StepOutcome(
    exit_code=0,
    signal=None,
    timed_out=None,
    out_of_memory=False,
    cpu_seconds=0.1,
    wall_seconds=0.2,
    stdout=b"out\n",
    stderr=b"",
    stdout_dropped=0,
    stderr_dropped=0,
)
KILLED = replace(RAN, exit_code=None)


class Plain:
    """A language without quirks."""

    def compile_text(self, stdout: bytes, stderr: bytes) -> bytes:
        del stdout
        return stderr

    def run_stderr(self, stderr: bytes) -> bytes:
        return stderr


class Talkative:
    """A language whose tools say things in a way of their own."""

    def compile_text(self, stdout: bytes, stderr: bytes) -> bytes:
        return stdout + stderr

    def run_stderr(self, stderr: bytes) -> bytes:
        return stderr.replace(b"noise\n", b"")


def after(run: StepOutcome) -> Report:
    return Report("1", replace(RAN, stdout=b""), compile_failed=False, run=run, warm=False)


def failed_to_compile(compile_step: StepOutcome) -> Report:
    return Report("1", compile_step, compile_failed=True, run=None, warm=False)


@pytest.mark.parametrize(
    ("run", "outcome", "stderr"),
    [
        pytest.param(RAN, 15, "", id="quiet"),
        pytest.param(replace(RAN, exit_code=3), 15, "", id="the exit status does not count"),
        pytest.param(replace(RAN, stderr=b" "), 12, " ", id="anything on stderr does"),
        pytest.param(replace(RAN, stderr=b"a\xff"), 12, "a\\xff", id="stderr is cleaned"),
        pytest.param(replace(RAN, stderr_dropped=9), 15, "", id="what was thrown away does not"),
        pytest.param(replace(KILLED, timed_out=Clock.CPU), 13, "", id="processor time"),
        pytest.param(replace(KILLED, timed_out=Clock.WALL, stderr=b"x"), 13, "", id="wall time"),
        pytest.param(
            replace(KILLED, timed_out=Clock.WALL, signal=9),
            13,
            "",
            id="how it was ended is nothing",
        ),
        pytest.param(replace(RAN, out_of_memory=True, stderr=b"x"), 17, "", id="memory"),
        pytest.param(
            replace(KILLED, out_of_memory=True, signal=9, timed_out=Clock.WALL),
            17,
            "",
            id="memory is the cause of what follows",
        ),
        pytest.param(
            replace(RAN, stderr=b"time limit exceeded\n"),
            12,
            "time limit exceeded\n",
            id="a program cannot claim a time-out",
        ),
    ],
)
def test_outcome_of_a_run(run: StepOutcome, outcome: int, stderr: str) -> None:
    assert judge(after(run), Plain()) == RunResult(
        None, Verdict(outcome), cmpinfo="", stdout="out\n", stderr=stderr
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGSEGV, "Segmentation fault\n"),
        (signal.SIGABRT, "Aborted\n"),
        (signal.SIGKILL, "Killed\n"),
        (signal.SIGTERM, "Terminated\n"),
        (signal.SIGFPE, "Floating point exception\n"),
        (signal.SIGHUP, "Hangup\n"),
        (signal.SIGUSR1, "User defined signal 1\n"),
        (signal.SIGTRAP, "Trace/breakpoint trap\n"),
        (signal.SIGXFSZ, "File size limit exceeded\n"),
    ],
)
def test_a_crash_is_named_as_by_a_shell(number: int, words: str) -> None:
    result = judge(after(replace(KILLED, signal=number, stderr=b"so far")), Plain())
    assert (result.outcome, result.stderr) == (Verdict.RUNTIME_ERROR, "so far" + words)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGPIPE])
def test_a_shell_does_not_name_these(number: int) -> None:
    assert judge(after(replace(KILLED, signal=number)), Plain()).outcome is Verdict.SUCCESS


@pytest.mark.parametrize(
    ("step", "cmpinfo"),
    [
        pytest.param(replace(RAN, stdout=b"", stderr=b"bad\n"), "bad\n", id="its stderr"),
        pytest.param(replace(RAN, stderr=b"b\xff"), "b\\xff", id="is cleaned"),
        pytest.param(
            replace(KILLED, timed_out=Clock.CPU, signal=9), "Time limit exceeded\n", id="time-out"
        ),
        pytest.param(
            replace(KILLED, out_of_memory=True, signal=9),
            "Killed\nMemory limit exceeded\n",
            id="memory",
        ),
        pytest.param(replace(KILLED, signal=11), "Segmentation fault\n", id="crash"),
        pytest.param(
            replace(RAN, exit_code=1),
            "The compiler failed silently (exit status 1)\n",
            id="never empty, since clients look at it",
        ),
    ],
)
def test_a_compile_error_overrides_everything(step: StepOutcome, cmpinfo: str) -> None:
    assert judge(failed_to_compile(step), Plain()) == RunResult(
        None, Verdict.COMPILE_ERROR, cmpinfo=cmpinfo, stdout="", stderr=""
    )


def test_a_language_says_what_counts() -> None:
    compiled = judge(failed_to_compile(replace(RAN, stderr=b"bad\n")), Talkative())
    assert compiled.cmpinfo == "out\nbad\n"
    ran = judge(after(replace(RAN, stderr=b"noise\n")), Talkative())
    assert ran.outcome is Verdict.SUCCESS


def test_a_debug_run_has_a_name() -> None:
    assert judge(after(RAN), Plain(), run_id="/run").run_id == "/run"
    assert judge(failed_to_compile(RAN), Plain(), run_id="/run").run_id == "/run"


def test_a_report_without_steps_is_no_verdict() -> None:
    with pytest.raises(ValueError, match="no steps"):
        judge(Report("1", None, compile_failed=False, run=None, warm=False), Plain())
