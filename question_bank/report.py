"""The check's tables, and a failing answer as its student sees it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from question_bank.coderunner import Grade
from question_bank.proof import Failure, Kind, Proof

__all__ = ["print_failures", "refusals", "table"]

_GOOD, _BAD = Text("✓", "green"), Text("✗", "bold red")
_CPU_ONLY = Text("~", "yellow")


def table(title: str, proofs: Iterable[Proof]) -> Table:
    """One row a question: tests, mark and time of its right answer, other answers.

    Eighty columns hold the longest name beside its figures.
    """
    result = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    result.add_column("")
    result.add_column("Question")
    for header in ("Tests", "Mark", "ms", "Right\npassed", "Wrong\nrefused", "Mutants\nrefused"):
        result.add_column(header, justify="right")
    for proof in proofs:
        time = "" if proof.milliseconds is None else f"{proof.milliseconds:.0f}"
        mark = f"{proof.fraction * proof.mark:g}/{proof.mark:g}"
        counts = [_of(*proof.count(kind)) for kind in (Kind.RIGHT, Kind.WRONG, Kind.MUTANT)]
        sign = _BAD if proof.failures else _CPU_ONLY if proof.cpu_only else _GOOD
        result.add_row(sign, proof.question, _of(*proof.tests), mark, time, *counts)
        if proof.cpu_only:
            result.caption = "~ This server has no GPU: only right answers were run, on its CPU."
    return result


def refusals(proofs: Iterable[Proof]) -> Table:
    """One row a wrong answer or mutant: what refused it."""
    result = Table("", "Question", "Wrong answer or mutant", "Refused by")
    result.add_column("ms", justify="right")
    for proof in proofs:
        for trial in proof.trials:
            if trial.kind in {Kind.WRONG, Kind.MUTANT}:
                sign = _BAD if trial.failure() else _GOOD
                cells = (proof.question, trial.name, trial.refused_by())
                result.add_row(sign, *map(Text, cells), f"{trial.milliseconds:.0f}")
    return result


def print_failures(console: Console, proofs: Iterable[Proof]) -> None:
    """Everything that went wrong, with the result table that Moodle would show."""
    for proof in proofs:
        for failure in proof.failures:
            console.print(_failure(proof, failure))


def _of(part: int, total: int) -> str:
    return f"{part}/{total}" if total else ""


def _failure(proof: Proof, failure: Failure) -> Panel:
    parts: list[Text | Table] = [Text(failure.what)]
    if failure.grade is not None:
        parts.append(_student_view(failure.grade))
    return Panel(Group(*parts), title=Text(proof.question), title_align="left", border_style="red")


def _student_view(grade: Grade) -> Text | Table:
    if not grade.rows:
        return Text(f"{grade.state.value}\n{grade.message}")
    result = Table("", "Test", "Input", "Expected", "Got", show_lines=True)
    for row in grade.rows:
        hidden = "" if row.test.display == "SHOW" else "\n(hidden)"
        cells = (row.test.testcode + hidden, row.test.stdin, row.test.expected, row.got)
        result.add_row(_GOOD if row.right else _BAD, *(Text(cell) for cell in cells))
    return result
