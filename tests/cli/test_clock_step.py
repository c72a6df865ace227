"""Somebody sets the clock while the server serves: nothing is lost, late or wrong.

All of it sees the step: the server, the agent, the zygote and the runs themselves have the wall
clock of `wall_clock.c`, which the test sets.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from jobe_torch.cell.install import install
from jobe_torch.protocol.verdict import Verdict
from tests.absent import absent
from tests.conftest import REST, Server

pytestmark = pytest.mark.cell

HOUR_SECONDS = 3600
STEPS = pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])


class Clock:
    """The wall clock of a server and its cells."""

    def __init__(self, folder: Path) -> None:
        library, self._file = folder / "wall_clock.so", folder / "wall_clock"
        source = Path(__file__).with_name("wall_clock.c")
        compile_it: list[Path | str] = [*("gcc", "-Wall", "-Werror", "-shared", "-fPIC"), source]
        subprocess.run([*compile_it, "-o", library], check=True)
        self.environment = {"LD_PRELOAD": str(library), "WALL_CLOCK": str(self._file)}
        """For processes that are to have it."""
        self._file.touch()
        self.set(0)

    def set(self, hours: int) -> None:
        """So many hours from the true time."""
        with self._file.open("r+b") as mapped:
            mapped.write((hours * HOUR_SECONDS).to_bytes(8, sys.byteorder, signed=True))


@pytest.fixture
def cell_folder(tmp_path: Path) -> Path:
    """Of an interpreter; a cell sees all that is in it."""
    folder = tmp_path / "cell"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    install(folder / "bin/python")
    return folder


@pytest.fixture
def clock(cell_folder: Path) -> Clock:
    if shutil.which("gcc") is None:
        absent("gcc")
    return Clock(cell_folder)


@pytest.fixture
def server(cell_folder: Path, clock: Clock, start_server: Callable[..., Server]) -> Server:
    """One cell, whose interpreter has that clock as well."""
    python, real = cell_folder / "bin/python", cell_folder / "bin/real-python"
    words = [f"{name}={value}" for name, value in clock.environment.items()]
    python.rename(real)
    python.write_text(f'#!/bin/bash\nexport {" ".join(words)}\nexec -a "$0" {real} "$@"\n')
    python.chmod(0o755)
    # Agents get the server's interpreter, but not its environment.
    main = f"import sys; sys.executable = {str(python)!r}; import jobe_torch.__main__"
    serve = ("env", *words, sys.executable, "-c", main, "serve")
    server = start_server(*serve, cell_python=python, cells=1)
    server.wait_until("/readyz")
    return server


def date(server: Server) -> float:
    """What the server takes the time for."""
    said = httpx.get(f"{server.url}/healthz").headers["Date"]
    return parsedate_to_datetime(said).timestamp()


def clock_of_a_run(server: Server) -> float:
    return float(server.run("import time; print(time.time())")["stdout"])


def wait_until_busy(server: Server) -> None:
    while not httpx.get(f"{server.url}/readyz").json()["cells"]["busy"]:
        time.sleep(0.02)


@STEPS
def test_the_step_reaches_the_server_and_its_runs(server: Server, clock: Clock, hours: int) -> None:
    for ask in (date, clock_of_a_run):
        clock.set(0)
        before = ask(server)
        clock.set(hours)
        assert round((ask(server) - before) / HOUR_SECONDS) == hours


@STEPS
def test_a_run_goes_on_and_so_do_those_that_wait_for_its_cell(
    server: Server, clock: Clock, hours: int
) -> None:
    source = """
import time
began = time.time()
time.sleep(1.5)
print(round((time.time() - began) / 3600))
"""
    with ThreadPoolExecutor() as pool:
        run = pool.submit(server.run, source, parameters={"cputime": 5})
        wait_until_busy(server)
        waiting = [pool.submit(server.run, "print(1)") for _ in range(3)]
        time.sleep(0.5)
        clock.set(hours)
        answers = [answer.result() for answer in (run, *waiting)]
    assert [(answer["outcome"], answer["stdout"]) for answer in answers] == [
        (Verdict.SUCCESS, f"{hours}\n"),
        *[(Verdict.SUCCESS, "1\n")] * 3,
    ]


@STEPS
@pytest.mark.parametrize("idle", ["pass", "time.sleep(0.01)"], ids=["busy", "asleep"])
def test_a_limit_is_reached_neither_sooner_nor_later(
    server: Server, clock: Clock, hours: int, idle: str
) -> None:
    source = f"""
import time
began = time.monotonic()
while True:
    print(time.monotonic() - began, flush=True)
    until = time.monotonic() + 0.1
    while time.monotonic() < until: {idle}
"""
    with ThreadPoolExecutor() as pool:
        run = pool.submit(server.run, source, parameters={"cputime": 1})
        wait_until_busy(server)
        clock.set(hours)
        answer = run.result(60)
    assert answer["outcome"] == Verdict.TIME_LIMIT
    assert float(answer["stdout"].split()[-1]) > 0.8


@STEPS
def test_files_stay(server: Server, clock: Clock, hours: int) -> None:
    url = f"{server.url}{REST}/files/0123456789abcdef"
    body = {"file_contents": base64.b64encode(b"content").decode()}
    assert httpx.put(url, json=body).status_code == httpx.codes.NO_CONTENT
    clock.set(hours)
    assert httpx.head(url).status_code == httpx.codes.NO_CONTENT
    answer = server.run("print(open('a').read())", file_list=[["0123456789abcdef", "a"]])
    assert answer["stdout"] == "content\n"


def test_it_ends_in_order(server: Server, clock: Clock) -> None:
    clock.set(1)
    assert server.end() == 0
