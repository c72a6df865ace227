"""A real Prometheus takes the figures of a real server that has keys."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from jobe_torch.http.keys import Key, digest, write_keys
from tests.absent import absent
from tests.conftest import Server, free_port

pytestmark = pytest.mark.cell

EXAMPLE = Path("docker/prometheus/prometheus.yml")
_KEY = "only-to-watch"


@pytest.fixture
def server(start_server: Callable[..., Server], tmp_path: Path) -> Server:
    write_keys(tmp_path / "keys.toml", [Key(name="watch", sha256=digest(_KEY))])
    server = start_server(cells=1, keys_file=tmp_path / "keys.toml")
    server.wait_until("/readyz")
    return server


@pytest.fixture
def prometheus(server: Server, tmp_path: Path) -> Iterator[str]:
    """The address of one that follows the example in docker/prometheus."""
    program = shutil.which("prometheus") or absent("Debian's package prometheus")
    folder = tmp_path / "prometheus"
    shutil.copytree(EXAMPLE.parent, folder)
    text = EXAMPLE.read_text().replace("127.0.0.1:4000", server.url.removeprefix("http://"))
    text = text.replace("    # auth", "    auth").replace("    #   cred", "      cred")
    (folder / "key").write_text(_KEY)
    text = text.replace("/etc/prometheus/jobe-torch.key", str(folder / "key"))
    (folder / EXAMPLE.name).write_text(text + "\nglobal: {scrape_interval: 1s}\n")
    port = free_port()
    command = [
        program,
        f"--config.file={folder / EXAMPLE.name}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (tmp_path / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


def _value(prometheus: str, expression: str) -> str | None:
    try:
        answer = httpx.get(f"{prometheus}/api/v1/query", params={"query": expression}, timeout=10)
    except httpx.TransportError:
        return None
    found = json.loads(answer.text)["data"]["result"] if answer.is_success else []
    return found[0]["value"][1] if found else None


def test_prometheus_sees_the_cells_of_a_server_that_has_keys(prometheus: str) -> None:
    deadline = time.monotonic() + 60
    while _value(prometheus, 'jobe_torch_cells{job="jobe-torch", state="ready"}') != "1":
        assert time.monotonic() < deadline, _value(prometheus, "up")
        time.sleep(0.2)
    alerts = httpx.get(f"{prometheus}/api/v1/rules", timeout=10).json()["data"]["groups"]
    assert len(alerts[0]["rules"]) == 8
