"""The oracle: an attack passes only if nothing of it is left and nothing was seen."""

from __future__ import annotations

from dataclasses import replace

from jobe_torch.cell.wire import StepOutcome
from jobe_torch.languages.python3 import PYTHON3
from jobe_torch.protocol.result import judge
from jobe_torch.protocol.verdict import RunResult, Verdict
from tests import census
from tests.attacks.canaries import Canaries
from tests.attacks.cases import FOLDER, Case, Expectation
from tests.cells import Bench, Program

__all__ = ["Watched", "assert_answer"]

_MEMORY_SLACK_BYTES = 12 << 20
"""Idle memory of one cell differs by the pages that its spare has taken already, up to 9 MB."""
_CONTEXT_SLACK_BYTES = 64 << 20
"""What a context on a GPU may have of the machine's memory more than another."""


_ON_A_GPU = {"cputime": 60.0, "memorylimit": 2000.0}
"""A cold run imports torch and makes a context first."""


def _shared(name: str, stdin: bytes = b"") -> Program:
    limits = _ON_A_GPU if name.startswith("gpu") else {}
    return Program((FOLDER / "shared" / name).read_bytes(), stdin=stdin, limits=limits)


class Watched:
    """A bench whose idle state and harmless run are known.

    Args:
        bench: the cell under attack.
        canaries: what no run may see.
        gpu: whether the cell has a GPU, on which its harmless run and its victim then are.
    """

    def __init__(self, bench: Bench, canaries: Canaries, *, gpu: bool = False) -> None:
        self.bench = bench
        self.canaries = canaries
        self._slack_bytes = _CONTEXT_SLACK_BYTES if gpu else _MEMORY_SLACK_BYTES
        self._harmless = _shared("gpu_harmless.py" if gpu else "harmless.py", b"some input\n")
        self._victim = _shared("gpu_victim.py" if gpu else "victim.py")
        self._learn()

    def renew(self) -> None:
        """Have a new cell, after a failure: it must not be the next case's."""
        self.bench.renew()
        self._learn()

    def _learn(self) -> None:
        self.harmless = self._run_harmless()
        assert self.harmless.exit_code == 0, self.harmless
        self.base = census.rest(self.bench.roots)

    def _run_harmless(self) -> StepOutcome:
        outcome = self.bench.run(self._harmless).run
        assert outcome is not None
        return outcome

    def attack(self, case: Case, *, warm: bool) -> RunResult:
        """Run a case and check what it saw; returns the client's answer."""
        if "previous" in case.expected.canaries:
            secret = self.canaries.tokens["previous"].encode()
            self.bench.run(replace(self._victim, stdin=secret), warm=warm)
        stdin = self._stdin(case.expected)
        program = Program(case.source, case.files, stdin, limits=case.expected.limits)
        report = self.bench.run(program, warm=warm)
        for step in (report.compile, report.run):
            streams = (step.stdout, step.stderr) if step else ()
            assert self.canaries.seen_in(*streams) == []
            assert not any(b"BREACH" in stream for stream in streams), streams
        assert not self.canaries.touched()
        return judge(report, PYTHON3)

    def _stdin(self, expected: Expectation) -> bytes:
        if expected.stdin_bytes:
            return b"x" * expected.stdin_bytes
        places = ("file", "port", "socket", "abstract")
        return expected.stdin.format(**{n: getattr(self.canaries, n) for n in places}).encode()

    def assert_unharmed(self) -> None:
        """The next run is byte-exact, and the idle cell is what it was."""
        assert self.bench.cell.alive()
        self.assert_harmless_is_exact()
        self.assert_nothing_stayed()

    def assert_harmless_is_exact(self) -> None:
        """A harmless run gives the bytes it gave when the cell was new."""
        after = self._run_harmless()
        assert (after.stdout, after.stderr) == (self.harmless.stdout, self.harmless.stderr)
        assert (after.exit_code, after.signal) == (0, None)

    def now(self) -> census.Census:
        """What the idle cell holds: what it held when it was new, unless that does not come."""
        return census.settle(self.bench.roots, self.base, memory_slack_bytes=self._slack_bytes)

    def assert_nothing_stayed(self) -> None:
        """The idle cell holds what it held when it was new."""
        now = self.now()
        assert now.equals(self.base, memory_slack_bytes=self._slack_bytes), (now, self.base)


def assert_answer(result: RunResult, expected: Expectation) -> None:
    """The client's answer is one of those that are right."""
    assert result.outcome in expected.outcome, result
    assert expected.stdout in {None, result.stdout}, result
    assert expected.stderr in {None, result.stderr}, result
    assert all(part in result.stdout for part in expected.stdout_has), result
    assert all(part in result.stderr for part in expected.stderr_has), result
    assert expected.stdout_bytes in {None, len(result.stdout)}
    assert expected.stderr_bytes in {None, len(result.stderr)}
    assert (result.outcome == Verdict.COMPILE_ERROR) == bool(result.cmpinfo)
