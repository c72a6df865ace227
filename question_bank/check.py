"""Prove exported questions: what is right earns the mark, what is wrong earns nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from lxml.html import fromstring

from question_bank.client import Job, JobeClient, Outcome, SandboxError
from question_bank.evidence import Evidence
from question_bank.proof import Failure, Proof
from question_bank.prove_program import attempts, prove_program
from question_bank.read import ChoiceQuestion, CodeRunnerQuestion, MatchingQuestion, Question

__all__ = ["prove", "steps"]

_LOWEST_FULL_PERCENT = 99.999


def steps(question: Question, evidence: Evidence) -> int:
    """How many times ``prove`` will call ``advance``."""
    if isinstance(question, CodeRunnerQuestion):
        return len(list(attempts(question, evidence))) + len(evidence.fences)
    return 1 + len(evidence.fences)


def prove(
    question: Question,
    prototypes: Mapping[str, CodeRunnerQuestion],
    evidence: Evidence,
    jobe: JobeClient,
    advance: Callable[[], None],
) -> Proof:
    """Check one question.

    Args:
        question: As read from the XML.
        prototypes: Question types visible to it, by name.
        evidence: What is known about its answers.
        jobe: Where to run programs.
        advance: Called after each step.
    """
    if isinstance(question, CodeRunnerQuestion):
        proof = prove_program(question, prototypes, evidence, jobe, advance)
    else:
        proof = _prove_facts(question, evidence, jobe)
        advance()
    failures = tuple(_fence_failures(evidence, jobe, advance))
    return replace(proof, failures=(*proof.failures, *failures))


def _prove_facts(question: Question, evidence: Evidence, jobe: JobeClient) -> Proof:
    if isinstance(question, MatchingQuestion):
        return _prove_pairs(question, evidence.set_up, jobe)
    if isinstance(question, ChoiceQuestion):
        return _prove_choice(question)
    raise TypeError(f"no proof for {type(question).__name__}")


def _fence_failures(
    evidence: Evidence, jobe: JobeClient, advance: Callable[[], None]
) -> Iterator[Failure]:
    """Run every block of Python that a student will read."""
    for fence in evidence.fences:
        try:
            run = jobe.run(Job(language="python3", source=fence.code))
            told = run.compile_text + run.stderr if run.outcome is not Outcome.SUCCESS else ""
        except SandboxError as error:
            told = str(error)
        advance()
        if told:
            remedy = "Correct it, or mark the block as text."
            yield Failure(f"{fence.file}:{fence.line}: this code does not run. {remedy}\n{told}")


def _prove_pairs(question: MatchingQuestion, set_up: str, jobe: JobeClient) -> Proof:
    """Evaluate each stem after the set-up; without one, only the pairs' form is checked."""
    total = len(question.pairs)
    failures = []
    answers = [answer for _, answer in question.pairs]
    if len(set(answers)) < total:
        failures.append(Failure("two stems have the same answer"))
    found, milliseconds = answers, None
    if set_up:
        started = time.perf_counter()
        try:
            found = _evaluate([_plain(stem) for stem, _ in question.pairs], set_up, jobe)
        except SandboxError as error:
            failures.append(Failure(str(error)))
            found = []
        milliseconds = (time.perf_counter() - started) * 1000
    failures += [
        Failure(f"{_plain(stem)} gives {value}, not {answer}")
        for (stem, answer), value in zip(question.pairs, found, strict=False)
        if value != answer
    ]
    right = sum(value == answer for value, answer in zip(found, answers, strict=False))
    return Proof(
        question=question.name,
        tests=(right, total),
        fraction=right / total,
        mark=question.mark,
        failures=tuple(failures),
        milliseconds=milliseconds,
    )


_EVALUATE = """

import json
for expression in json.loads({expressions!r}):
    try:
        print(json.dumps(str(eval(expression))))
    except Exception as error:
        print(json.dumps(type(error).__name__))
"""


def _evaluate(expressions: Sequence[str], set_up: str, jobe: JobeClient) -> list[str]:
    source = set_up + _EVALUATE.format(expressions=json.dumps(expressions))
    run = jobe.run(Job(language="python3", source=source))
    if run.outcome is not Outcome.SUCCESS:
        raise SandboxError(f"the proof fails: {run.compile_text}{run.stdout}{run.stderr}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def _plain(stem: str) -> str:
    return "".join(str(text) for text in fromstring(stem).itertext())


def _prove_choice(question: ChoiceQuestion) -> Proof:
    """Tick what is right, then everything."""
    failures = tuple(Failure(what) for what in _choice_faults(question))
    total = len(question.answers)
    return Proof(
        question=question.name,
        tests=(0 if failures else total, total),
        fraction=min(_right_percent(question), 100) / 100,
        mark=question.mark,
        failures=failures,
    )


def _right_percent(question: ChoiceQuestion) -> float:
    positive = [answer.percent for answer in question.answers if answer.percent > 0]
    return max(positive, default=0) if question.single else sum(positive)


def _choice_faults(question: ChoiceQuestion) -> Iterator[str]:
    if _right_percent(question) < _LOWEST_FULL_PERCENT:
        yield "ticking what is right does not earn the full mark"
    if not question.single and sum(answer.percent for answer in question.answers) > 0:
        yield "ticking everything earns a mark"
    if all(answer.percent > 0 for answer in question.answers):
        yield "no option is wrong"
