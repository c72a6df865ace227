"""Questions whose runs want a GPU, and what can be proved of them on a server without one."""

from __future__ import annotations

import json
from dataclasses import replace

from question_bank.client import Job, JobeClient, Outcome, SandboxError
from question_bank.read import CodeRunnerQuestion, Question

__all__ = ["GPU_PARAMETERS", "has_gpu", "on_cpu", "wants_gpu"]

GPU_PARAMETERS = json.dumps({"gpu": 1})
"""Sandbox parameters that ask a server for a GPU."""

_ASK = "import torch\nprint(torch.cuda.is_available())\n"


def wants_gpu(question: Question) -> bool:
    """Whether a question's sandbox parameters ask for a GPU."""
    if not isinstance(question, CodeRunnerQuestion) or not question.sandbox_params:
        return False
    return bool(json.loads(question.sandbox_params).get("gpu"))


def on_cpu(question: CodeRunnerQuestion) -> CodeRunnerQuestion:
    """The same question, its runs not asking for a GPU."""
    parameters = json.loads(question.sandbox_params)
    del parameters["gpu"]
    return replace(question, sandbox_params=json.dumps(parameters))


def has_gpu(jobe: JobeClient) -> bool:
    """Whether a run that asks for a GPU gets one: a server may refuse, or not know the word."""
    try:
        run = jobe.run(Job(language="python3", source=_ASK, parameters=GPU_PARAMETERS))
    except SandboxError:
        return False
    return run.outcome is Outcome.SUCCESS and run.stdout.strip() == "True"
