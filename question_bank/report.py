"""The check's table, and a failing answer as its student sees it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from question_bank.check import Failure, Proof
from question_bank.coderunner import Grade

__all__ = ["print_failures", "table"]


def table(title: str, proofs: Iterable[Proof]) -> Table:
    """One row a question: tests, mark and time of its right answer, other answers."""
    result = Table(title=title, title_justify="left")
    result.add_column("")
    result.add_column("Question")
    for header in ("Tests", "Mark", "ms", "Right answers", "Wrong refused"):
        result.add_column(header, justify="right")
    for proof in proofs:
        sign = Text("✗", "bold red") if proof.failures else Text("✓", "green")
        time = "" if proof.milliseconds is None else f"{proof.milliseconds:.0f}"
        mark = f"{proof.fraction * proof.mark:.2f} / {proof.mark:.2f}"
        counts = (_of(*proof.right), _of(*proof.wrong))
        result.add_row(sign, proof.question, _of(*proof.tests), mark, time, *counts)
    return result


def print_failures(console: Console, proofs: Iterable[Proof]) -> None:
    """Everything that went wrong, with the result table that Moodle would show."""
    for proof in proofs:
        for failure in proof.failures:
            console.print(_failure(proof, failure))


def _of(part: int, total: int) -> str:
    return f"{part} / {total}" if total else ""


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
        sign = Text("✓", "green") if row.right else Text("✗", "bold red")
        hidden = "" if row.test.display == "SHOW" else "\n(hidden)"
        cells = (row.test.testcode + hidden, row.test.stdin, row.test.expected, row.got)
        result.add_row(sign, *(Text(cell) for cell in cells))
    return result
