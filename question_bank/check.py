"""Prove exported questions: what is right earns the mark, what is wrong earns nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import fromstring

from question_bank.client import Job, JobeClient, Outcome, SandboxError
from question_bank.coderunner import Grade, State, UncheckableError, grade, inherit
from question_bank.evidence import Evidence
from question_bank.read import ChoiceQuestion, CodeRunnerQuestion, MatchingQuestion, Question

__all__ = ["Failure", "Proof", "prove", "steps"]

_LOWEST_FULL_PERCENT = 99.999


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that is not as it must be; with the grade as a student sees it, if any."""

    what: str
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What the check found out about one question.

    Attributes:
        question: Its name.
        tests: Tests passed by the sample answer, of all.
        right: Other right answers accepted, of all.
        wrong: Wrong answers refused, of all.
        fraction: What the right answer earns, 0 to 1.
        mark: What the question is worth.
        milliseconds: Wall time of grading the right answer; None if nothing was run.
        failures: Why the question is not proved; empty if it is.
    """

    question: str
    tests: tuple[int, int]
    right: tuple[int, int]
    wrong: tuple[int, int]
    fraction: float
    mark: float
    milliseconds: float | None
    failures: tuple[Failure, ...]


def steps(question: Question, evidence: Evidence) -> int:
    """How many times ``prove`` will call ``advance``."""
    if isinstance(question, CodeRunnerQuestion):
        return 1 + len(evidence.right) + len(evidence.wrong) + bool(question.preload)
    return 1


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
        return _prove_program(question, prototypes, evidence, jobe, advance)
    if isinstance(question, MatchingQuestion):
        proof = _prove_pairs(question, evidence.set_up, jobe)
    elif isinstance(question, ChoiceQuestion):
        proof = _prove_choice(question)
    else:
        raise TypeError(f"no proof for {type(question).__name__}")
    advance()
    return proof


def _prove_program(
    question: CodeRunnerQuestion,
    prototypes: Mapping[str, CodeRunnerQuestion],
    evidence: Evidence,
    jobe: JobeClient,
    advance: Callable[[], None],
) -> Proof:
    try:
        whole = inherit(question, prototypes)
    except UncheckableError as error:
        return Proof(
            question.name, (0, 0), (0, 0), (0, 0), 0, question.mark, None, (Failure(str(error)),)
        )

    def graded(answer: str) -> Grade:
        result = grade(whole, answer, jobe)
        advance()
        return result

    failures = []
    started = time.perf_counter()
    sample = graded(whole.answer)
    milliseconds = (time.perf_counter() - started) * 1000
    if sample.fraction < 1:
        failures.append(Failure("the sample answer does not earn the full mark", sample))
    right = [(attempt, graded(attempt.text)) for attempt in evidence.right]
    failures += [
        Failure(f"{attempt.file.name}, a right answer, does not earn the full mark", result)
        for attempt, result in right
        if result.fraction < 1
    ]
    wrong = [(attempt.file.name, graded(attempt.text)) for attempt in evidence.wrong]
    if whole.preload:
        wrong.append(("the unfinished answer", graded(whole.preload)))
    for name, result in wrong:
        failures += _wrong_answer_failures(name, result)
    return Proof(
        question.name,
        tests=(sum(row.right for row in sample.rows), len(whole.tests)),
        right=(sum(result.fraction >= 1 for _, result in right), len(right)),
        wrong=(sum(not _wrong_answer_failures(name, result) for name, result in wrong), len(wrong)),
        fraction=sample.fraction,
        mark=question.mark,
        milliseconds=milliseconds,
        failures=tuple(failures),
    )


def _wrong_answer_failures(name: str, result: Grade) -> list[Failure]:
    """A wrong answer proves something only if it ran and its tests refused it."""
    if result.state is not State.GRADED:
        return [Failure(f"{name}, a wrong answer, was not tested", result)]
    if result.fraction > 0:
        return [Failure(f"{name}, a wrong answer, earns a mark", result)]
    return []


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
        question.name,
        tests=(right, total),
        right=(0, 0),
        wrong=(0, 0),
        fraction=right / total,
        mark=question.mark,
        milliseconds=milliseconds,
        failures=tuple(failures),
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
    """Tick what is right, then everything, then each wrong option alone."""
    failures = [Failure(what) for what in _choice_faults(question)]
    return Proof(
        question.name,
        tests=(len(question.answers) if not failures else 0, len(question.answers)),
        right=(0, 0),
        wrong=(0, 0),
        fraction=min(_right_percent(question), 100) / 100,
        mark=question.mark,
        milliseconds=None,
        failures=tuple(failures),
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
