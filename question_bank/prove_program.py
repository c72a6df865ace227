"""Prove a CodeRunner question by its answers, right, wrong and spoiled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from question_bank.client import JobeClient
from question_bank.coderunner import UncheckableError, grade, inherit
from question_bank.evidence import Evidence
from question_bank.gpu import on_cpu
from question_bank.mutants import mutants, same_program
from question_bank.proof import Failure, Kind, Proof, Trial
from question_bank.read import CodeRunnerQuestion

__all__ = ["Attempt", "attempts", "prove_program"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer to be graded."""

    kind: Kind
    name: str
    text: str


def attempts(question: CodeRunnerQuestion, evidence: Evidence) -> Iterator[Attempt]:
    """Every answer that proves a question, the sample answer first."""
    yield Attempt(Kind.SAMPLE, "", question.answer)
    for file in evidence.right:
        yield Attempt(Kind.RIGHT, file.name, file.text)
    if question.preload:
        yield Attempt(Kind.WRONG, "preload.py", question.preload)
    if evidence.cpu_only:
        return
    for file in evidence.wrong:
        yield Attempt(Kind.WRONG, file.name, file.text)
    for mutant in mutants(question.answer, question.preload):
        if not any(same_program(mutant.program, file.text) for file in evidence.right):
            yield Attempt(Kind.MUTANT, f"line {mutant.line}: {mutant.change}", mutant.program)


def prove_program(
    question: CodeRunnerQuestion,
    prototypes: Mapping[str, CodeRunnerQuestion],
    evidence: Evidence,
    jobe: JobeClient,
    advance: Callable[[], None],
) -> Proof:
    """Grade every answer as CodeRunner would; ``advance`` is called after each."""
    try:
        whole = inherit(question, prototypes)
        if evidence.cpu_only:
            whole = on_cpu(whole)
    except UncheckableError as error:
        return Proof(question.name, (0, 0), 0, question.mark, (Failure(str(error)),))
    trials: list[Trial] = []
    for attempt in attempts(question, evidence):
        if attempt.kind is Kind.MUTANT and trials[0].failure():
            advance()
            continue  # what is spoiled already proves nothing
        started = time.perf_counter()
        result = grade(whole, attempt.text, jobe)
        milliseconds = (time.perf_counter() - started) * 1000
        trials.append(Trial(attempt.kind, attempt.name, result, milliseconds))
        advance()
    sample = trials[0]
    failures = (trial.failure() for trial in trials)
    return Proof(
        question=question.name,
        tests=(sum(row.right for row in sample.grade.rows), len(whole.tests)),
        fraction=sample.grade.fraction,
        mark=question.mark,
        failures=tuple(failure for failure in failures if failure),
        milliseconds=sample.milliseconds,
        trials=tuple(trials),
        cpu_only=evidence.cpu_only,
    )
