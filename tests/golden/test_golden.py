"""Our answers beside those of a real Jobe, case by case."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from jobe_torch.cell.wire import Job, Report
from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.app import bounds, create_app
from jobe_torch.languages.registry import Registry
from tests.golden.cases import CASES, Case, answer_of, send
from tests.golden.conftest import Served
from tests.scripted import ScriptedCells, outcome

DOCUMENT = Path(__file__).parents[2] / "docs" / "compatibility.md"
PYTHON = "3.11"
"""Tracebacks and syntax errors were observed with this version."""
VERSIONS = {
    "gcc": b"gcc (Debian 12.2.0-14) 12.2.0",
    "java": b'openjdk version "17.0.15" 2025-04-15',
    "nodejs": b"v20.20.2",
    "octave": b"GNU Octave, version 7.3.0",
    "fpc": b"3.2.2",
    "php": b"PHP 8.2.36 (cli)",
    "python3": b"Python 3.11.7",
}

Serve = Callable[[Case], Flask]


def of_kind(*, executes: bool) -> pytest.MarkDecorator:
    cases = [pytest.param(case, id=case.id) for case in CASES if case.executes is executes]
    return pytest.mark.parametrize("case", cases)


def versions(job: Job) -> Report:
    said = VERSIONS.get(job.run.argv[0])
    step = outcome(said or b"", exit_code=0 if said else 127)
    return Report(job.id, None, compile_failed=False, run=step, warm=False)


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """The application with the observed languages and nothing that executes programs."""

    def made(case: Case) -> Flask:
        settings = Settings(cors_origins=("*",) if case.any_origin else ())
        return create_app(
            settings,
            cells=ScriptedCells(),
            files=FileStore(tmp_path, max_bytes=1 << 30),
            registry=Registry(versions, bounds(settings)),
        )

    return made


@of_kind(executes=False)
def test_answers(case: Case, serve: Serve) -> None:
    check(case, serve(case))


@pytest.mark.cell
@of_kind(executes=True)
def test_runs(case: Case, served: Served, present: dict[str, str]) -> None:
    if not present["python3"].startswith(PYTHON):
        pytest.skip(f"texts were observed with Python {PYTHON}, cells have {present['python3']}")
    if (language := case.language) not in present:
        pytest.skip(f"{language} is not installed")
    check(case, served[case.any_origin])


def check(case: Case, app: Flask) -> None:
    response = send(app.test_client(), case)
    assert answer_of(response) == case.expected
    if "ours" not in case.data:
        relevant = {*case.headers, "Vary", "Content-Type"}
        relevant |= {name for name, _ in response.headers if name.startswith("Access-Control")}
        found = {name: value for name, value in response.headers if name in relevant}
        assert found == case.headers


def test_nothing_was_lost_of_what_was_observed() -> None:
    assert len(CASES) == 606


def test_each_difference_has_its_reason_in_the_documentation() -> None:
    sections = set(re.findall(r'^## .* <a id="([\w-]+)"></a>$', DOCUMENT.read_text(), re.MULTILINE))
    assert {case.data["difference"] for case in CASES if "difference" in case.data} == sections


def test_a_difference_is_one() -> None:
    for case in CASES:
        if "ours" in case.data:
            observed = Case(case.group, {**case.data, "ours": case.data})
            assert observed.expected != case.expected, case.id
