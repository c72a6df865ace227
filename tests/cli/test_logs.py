"""What an operator reads, and nobody else's business is left out of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jobe_torch.config import LogFormat

PROGRAM = """
import sys
import structlog
from jobe_torch.cli.logs import start_logging
from jobe_torch.config import LogFormat

start_logging(LogFormat(sys.argv[1]))
log = structlog.get_logger()
log.info("run", key="", outcome="success", gpu=False, cpu_seconds=1, stdin_bytes=0)

def fail(submission):
    raise ValueError("what went wrong")

try:
    fail("SECRET")
except ValueError as error:
    log.error("request failed", exc_info=error)
"""


@pytest.mark.parametrize("log_format", LogFormat, ids=lambda one: one.value)
def test_a_failure_is_told_with_its_place_but_without_what_was_submitted(
    log_format: LogFormat,
) -> None:
    command = [sys.executable, "-c", PROGRAM, log_format.value]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert "what went wrong" in said
    assert "in fail" in said
    assert "SECRET" not in said


def test_the_facts_of_a_line_are_in_the_order_in_which_they_matter() -> None:
    command = [sys.executable, "-c", PROGRAM, "text"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert said.index("outcome=success") < said.index("cpu_seconds=1")


def test_people_are_spared_what_is_empty() -> None:
    command = [sys.executable, "-c", PROGRAM, "text"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert " [info] run outcome=success cpu_seconds=1 stdin_bytes=0\n" in said
