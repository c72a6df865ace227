"""Questions that want a GPU: asking a server for one, and proving what can be without."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from question_bank.check import prove
from question_bank.client import Job, JobeClient, Outcome, Run, SandboxError
from question_bank.coderunner import grade, inherit
from question_bank.evidence import gather
from question_bank.gpu import has_gpu, on_cpu, wants_gpu
from question_bank.load import BANK, load_bank
from question_bank.proof import Kind
from question_bank.question_types import types_of
from question_bank.read import CodeRunnerQuestion, Question, read_quiz

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTIONS = read_quiz(BANK / "moodle" / "gpu.en.xml")
PROGRAMS = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.idnumber)


class Answering(JobeClient):
    """A server whose answers are given."""

    def __init__(self, answer: "Callable[[], Run]") -> None:
        super().__init__("http://127.0.0.1:9")
        self.jobs: list[Job] = []
        self._answer = answer

    def run(self, job: Job) -> Run:
        self.jobs.append(job)
        return self._answer()


def refuse() -> Run:
    raise SandboxError("HTTP response from Jobe was 400: no GPU")


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        pytest.param(lambda: Run(Outcome.SUCCESS, "", "True\n", ""), True, id="one that works"),
        pytest.param(lambda: Run(Outcome.SUCCESS, "", "False\n", ""), False, id="word unknown"),
        pytest.param(lambda: Run(Outcome.RUN_ERROR, "", "", "no torch"), False, id="no torch"),
        pytest.param(refuse, False, id="refused"),
    ],
)
def test_a_server_has_a_gpu_if_a_run_that_asks_sees_one(
    answer: "Callable[[], Run]", *, there: bool
) -> None:
    jobe = Answering(answer)
    assert has_gpu(jobe) is there
    assert [job.parameters for job in jobe.jobs] == ['{"gpu": 1}']


@PROGRAMS
def test_the_wish_is_all_that_is_taken_away(question: Question) -> None:
    assert isinstance(question, CodeRunnerQuestion)
    without = on_cpu(replace(question, sandbox_params='{"gpu": 1, "debug": 0}'))
    assert without.sandbox_params == '{"debug": 0}'
    assert not wants_gpu(without)
    assert replace(without, sandbox_params=question.sandbox_params) == question


@pytest.mark.cell
@PROGRAMS
def test_without_a_gpu_right_answers_are_proved_and_wrong_ones_not_tried(
    question: Question, server_url: str
) -> None:
    bank = load_bank()
    evidence = replace(gather(bank)[question.idnumber], cpu_only=True)
    proof = prove(question, types_of(bank), evidence, JobeClient(server_url), lambda: None)
    assert not proof.failures
    assert proof.cpu_only
    tried = [trial.kind for trial in proof.trials]
    assert tried == [Kind.SAMPLE, *[Kind.RIGHT] * len(evidence.right), Kind.WRONG]
    assert proof.trials[-1].name == "preload.py"


@pytest.mark.cell
@pytest.mark.parametrize("wrong", ["finished_by_hand.py", "gradients_by_formula.py"])
def test_a_gradient_that_is_not_autograds_is_refused_without_a_gpu_too(
    wrong: str, server_url: str
) -> None:
    (question,) = (each for each in QUESTIONS if each.idnumber == "dl-gpu-linear-en")
    assert isinstance(question, CodeRunnerQuestion)
    asked = on_cpu(inherit(question, types_of(load_bank())))
    answer = (BANK / "questions" / "gpu_linear" / "wrong" / wrong).read_text(encoding="utf-8")
    grade_of_it = grade(asked, answer, JobeClient(server_url))
    assert [row.right for row in grade_of_it.rows] == [True, False, False]


@pytest.mark.gpu
@PROGRAMS
def test_on_a_gpu_everything_is_proved(question: Question, server_url: str) -> None:
    jobe = JobeClient(server_url)
    if not has_gpu(jobe):
        pytest.skip("this server has no GPU; BANK_SERVER can name one that has")
    bank = load_bank()
    evidence = gather(bank)[question.idnumber]
    proof = prove(question, types_of(bank), evidence, jobe, lambda: None)
    assert not proof.failures
    assert proof.count(Kind.WRONG) == (len(evidence.wrong) + 1, len(evidence.wrong) + 1)


def test_the_statement_says_what_happens_without_a_gpu() -> None:
    for file in sorted((BANK / "questions").glob("gpu_*/statement.*.md")):
        asked = "*No GPU?*" if ".en." in file.name else "*Нет GPU?*"
        assert asked in file.read_text(encoding="utf-8")


@pytest.mark.cell
def test_a_tensor_tells_the_device_it_lies_on(cell_python: Path, tmp_path: Path) -> None:
    """What would cross from a GPU, said by a message as one would send it."""
    program = """
import sys; sys.path.insert(0, sys.argv[1])
import torch
from pt_values import decode, encode
message = encode(torch.tensor([[1., 2.]], requires_grad=True), None)
message["tensor"][-1] = "cuda:0"
x = decode(message, None)
print(x, x.device == torch.device("cuda:0"), x.tolist(), type(x * 2) is torch.Tensor)
print(torch.equal(x, torch.tensor([[1., 2.]])))
"""
    told = subprocess.run(
        [cell_python, "-c", program, BANK / "prototypes" / "python3_torch"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert told.stdout == (
        "tensor([[1., 2.]], device='cuda:0', requires_grad=True) True [[1.0, 2.0]] True\nTrue\n"
    )
