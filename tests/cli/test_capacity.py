"""The server has a thread for each run that it may hold."""

from __future__ import annotations

from jobe_torch.cli.serve.capacity import threads
from jobe_torch.config import Settings


def test_each_run_that_executes_or_waits_has_a_thread() -> None:
    plain = Settings(cells=3, line_length=50)
    assert threads(plain) > 53
    # 16 GPUs with eight cells each, and a line of their own.
    assert threads(Settings(cells=3, line_length=50, gpus=("all",))) == threads(plain) + 178
