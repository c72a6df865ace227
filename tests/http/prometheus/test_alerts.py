"""The alerts in docker/prometheus, by Prometheus' own test tool."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.absent import absent

ALERTS = Path("docker/prometheus/alerts.yml")
_METRIC = re.compile(r"\bjobe_torch_\w+")


@pytest.fixture(scope="session")
def promtool() -> str:
    return shutil.which("promtool") or absent("promtool (Debian: apt-get install prometheus)")


def _ask(*command: str, stdin: str = "") -> None:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_given_where_it_belongs(promtool: str) -> None:
    _ask(promtool, "test", "rules", str(Path(__file__).parent / "alerts_test.yml"))


def test_alerts_name_figures_that_there_are(client: FlaskClient) -> None:
    named = set(_METRIC.findall(ALERTS.read_text()))
    assert len(named) > 4
    assert named <= set(_METRIC.findall(client.get("/metrics").get_data(as_text=True)))


def test_the_figures_are_as_prometheus_would_have_them(promtool: str, client: FlaskClient) -> None:
    _ask(promtool, "check", "metrics", stdin=client.get("/metrics").get_data(as_text=True))
