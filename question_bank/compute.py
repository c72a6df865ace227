"""Write down what the sample answer prints, for tests that do not say what they expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from question_bank.client import JobeClient
from question_bank.coderunner import State, grade, inherit
from question_bank.read import CodeRunnerQuestion

__all__ = ["ComputeError", "compute"]


class ComputeError(Exception):
    """The sample answer does not run to the end."""


def compute(
    question: CodeRunnerQuestion,
    prototypes: Mapping[str, CodeRunnerQuestion],
    jobe: JobeClient,
    wanted: Mapping[int, Path],
) -> None:
    """Run the tests with the sample answer and write the output of some into files.

    Args:
        question: With its answer and tests; what they expect is ignored.
        prototypes: Question types, by name.
        jobe: Where to run.
        wanted: Files to write, by the number of the test, from 1.

    Raises:
        ComputeError: A run fails: then nothing is written.
    """
    whole = inherit(question, prototypes)
    outputs = {}
    for number in wanted:
        alone = replace(whole, tests=(whole.tests[number - 1],))
        result = grade(alone, whole.answer, jobe)
        if result.state is not State.GRADED or result.rows[0].failed:
            told = result.message or result.rows[0].got
            raise ComputeError(f"test {number} of {question.name}: {told}")
        outputs[number] = result.rows[0].got
    for number, file in wanted.items():
        file.write_text(outputs[number], encoding="utf-8")
