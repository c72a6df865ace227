"""The cell's interpreter, started so that it stops on its way: as a zygote, or as a mother."""

from __future__ import annotations

import os
import signal
from typing import NoReturn

from jobe_torch.cell.layout import ENVIRONMENT, RUN_DIRECTORY

__all__ = ["ENVIRONMENT_KEY", "USUAL_SOURCE", "environment_for", "execute", "restore_signals"]

ENVIRONMENT_KEY = "JOBE_TORCH_ZYGOTE"
"""Environment variable that makes an interpreter a zygote: ``FOLDER:SOCKET``."""

USUAL_SOURCE = "__tester__.python3"
"""What CodeRunner calls every Python program; any other name works too."""


def environment_for(python: str) -> dict[str, str]:
    """The environment of an interpreter and of its runs."""
    return ENVIRONMENT | {"PATH": f"{os.path.dirname(python)}:{ENVIRONMENT['PATH']}"}


def execute(python: str, channel: int, environment: dict[str, str]) -> NoReturn:
    """Turn this process into the interpreter, which speaks on a socket and logs to stderr."""
    try:
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        # A pipe like a run's own, so that Python sizes its buffers alike.
        os.dup2(2, 1)
        os.set_inheritable(channel, True)
        os.chdir(RUN_DIRECTORY)
        restore_signals()
        folder = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
        os.execve(
            python,
            [python, "-BE", USUAL_SOURCE],
            environment | {ENVIRONMENT_KEY: f"{folder}:{channel}"},
        )
    finally:
        os._exit(1)


def restore_signals() -> None:
    """Undo, before an execve, what others would inherit: what Python ignores, or nohup(1)."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
