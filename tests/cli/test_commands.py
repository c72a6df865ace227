"""The commands that need real cells, as a user types them."""

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import Server, free_port

pytestmark = pytest.mark.cell

PROGRAM = """\
import sys
import torch
print(torch.ones(1), sys.argv, input())
print("said on stderr", file=sys.stderr)
sys.exit(3)
"""


ERASE_LINE = "\x1b[2K"


@pytest.fixture
def jobe_torch(cell_python: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def call(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "jobe_torch", *words],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, "JOBE_TORCH_CELL_PYTHON": str(cell_python), **environment},
        )

    return call


Call = Callable[..., "subprocess.CompletedProcess[str]"]


def everything_said(terminal: int) -> str:
    """What is written to a pseudo-terminal until nobody has it open any more."""
    said = b""
    with contextlib.suppress(OSError):
        while data := os.read(terminal, 1 << 16):
            said += data
    return said.decode()


class TestRun:
    def test_it_prints_and_exits_as_the_program(self, jobe_torch: Call, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.write_text(PROGRAM)
        done = jobe_torch("run", str(file), "--", "-a", "b c", stdin="read\n")
        assert done.stdout == "tensor([1.]) ['program.py', '-a', 'b c'] read\n"
        assert done.stderr == "said on stderr\n"
        assert done.returncode == 3

    def test_a_terminal_is_told_what_takes_so_long(self, cell_python: Path, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.write_text(PROGRAM)
        terminal, stderr = pty.openpty()
        with ThreadPoolExecutor() as reader:
            reading = reader.submit(everything_said, terminal)
            try:
                done = subprocess.run(
                    [sys.executable, "-m", "jobe_torch", "run", str(file)],
                    input="read\n",
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    text=True,
                    check=False,
                    timeout=120,
                    env={**os.environ, "JOBE_TORCH_CELL_PYTHON": str(cell_python), "TERM": "xterm"},
                )
            finally:
                os.close(stderr)
            said = reading.result()
        os.close(terminal)
        assert (done.returncode, done.stdout) == (3, "tensor([1.]) ['program.py'] read\n")
        waiting, _, after = said.rpartition(ERASE_LINE)
        assert "importing torch" in waiting
        assert after == "said on stderr\r\n"

    def test_a_program_that_a_signal_ends(self, jobe_torch: Call, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.write_text("import os\nos.abort()\n")
        assert jobe_torch("run", str(file)).returncode == 128 + signal.SIGABRT

    def test_a_program_that_takes_too_long(self, jobe_torch: Call, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.write_text("while True: pass\n")
        done = jobe_torch("run", str(file))
        assert (done.returncode, done.stderr) == (124, "cpu time limit exceeded\n")

    def test_a_program_that_does_not_compile(self, jobe_torch: Call, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.write_text("print(\n")
        done = jobe_torch("run", str(file))
        assert done.returncode == 1
        assert "SyntaxError" in done.stderr

    def test_the_suffix_tells_the_language(self, jobe_torch: Call, tmp_path: Path) -> None:
        file = tmp_path / "program.c"
        file.write_text('#include <stdio.h>\nint main(void) { puts("in C"); return 4; }\n')
        done = jobe_torch("run", str(file))
        assert (done.returncode, done.stdout) == (4, "in C\n")
        assert "SyntaxError" in jobe_torch("run", "--language=python3", str(file)).stderr

    def test_what_is_not_utf_8_is_told(self, jobe_torch: Call, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.write_bytes(b"print('\xff')\n")
        done = jobe_torch("run", str(file))
        assert (done.returncode, done.stderr) == (1, f"Error: {file} is not UTF-8\n")

    def test_so_is_such_an_input(self, cell_python: Path, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.touch()
        done = subprocess.run(
            [sys.executable, "-m", "jobe_torch", "run", str(file)],
            input=b"\xff",
            capture_output=True,
            check=False,
            env={**os.environ, "JOBE_TORCH_CELL_PYTHON": str(cell_python)},
        )
        assert (done.returncode, done.stderr) == (1, b"Error: standard input is not UTF-8\n")

    def test_an_interpreter_that_is_no_cell(self, jobe_torch: Call, tmp_path: Path) -> None:
        file = tmp_path / "program.py"
        file.touch()
        done = jobe_torch("run", str(file), JOBE_TORCH_CELL_PYTHON="/bin/false")
        assert done.returncode == 1
        assert "jobe-torch doctor tells more" in done.stderr


def test_languages_lists_python(jobe_torch: Call) -> None:
    done = jobe_torch("languages")
    assert re.search(r"^python3 3\.\d+\.\d+", done.stdout, re.MULTILINE), done


class TestDoctor:
    def test_a_machine_that_can_serve(self, jobe_torch: Call, tmp_path: Path) -> None:
        done = jobe_torch("doctor", f"--port={free_port()}", f"--files-directory={tmp_path}")
        assert done.returncode == 0, done.stdout
        assert "FAIL" not in done.stdout
        for what in ("address", "files", "memory", "cell interpreter", "jail", "cell"):
            assert re.search(rf"^(PASS|CAUTION)\s+{what}: ", done.stdout, re.MULTILINE)

    @pytest.mark.parametrize(
        ("flag", "what", "repair"),
        [
            ("--cell-python=/bin/false", "cell interpreter", "make .venv-cell/ready"),
            ("--files-directory=/proc/nowhere", "files", "--files-directory"),
            ("--host=192.0.2.1", "address", "--host"),
        ],
        ids=["interpreter", "files", "address"],
    )
    def test_what_is_missing_is_named_with_its_repair(
        self, jobe_torch: Call, flag: str, what: str, repair: str
    ) -> None:
        done = jobe_torch("doctor", flag)
        assert done.returncode == 1
        lines = done.stdout.splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith(f"FAIL     {what}: "))
        assert repair in lines[at + 1]

    def test_a_port_that_is_taken_is_a_caution(
        self, jobe_torch: Call, start_server: Callable[..., Server], cell_python: Path
    ) -> None:
        server = start_server(cell_python=cell_python, cells=1)
        server.wait_until("/healthz")
        done = jobe_torch("doctor", f"--port={server.url.rpartition(':')[2]}")
        assert "CAUTION  address" in done.stdout


class TestServe:
    def test_a_real_cell_grades_and_nothing_is_left_behind(
        self, start_server: Callable[..., Server], cell_python: Path
    ) -> None:
        server = start_server(cell_python=cell_python, cells=1)
        server.wait_until("/readyz")
        result = server.run("import torch\nprint(torch.ones(2).sum())")
        assert (result["outcome"], result["stdout"]) == (15, "tensor(2.)\n")
        inside = processes_below(server.process.pid)
        assert len(inside) > 1
        assert server.end() == 0
        assert not [pid for pid in inside if Path(f"/proc/{pid}").exists()]

    def test_it_answers_while_cells_are_still_warming(
        self, start_server: Callable[..., Server], cell_python: Path
    ) -> None:
        server = start_server(cell_python=cell_python, cells=1, wait_seconds=60)
        server.wait_until("/healthz")
        assert server.run("print(1)")["stdout"] == "1\n"
        assert server.end() == 0


def processes_below(pid: int) -> set[int]:
    found: set[int] = set()
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            found |= {child} | processes_below(child)
    return found


class TestTry:
    def test_a_port_that_is_taken(
        self, jobe_torch: Call, start_server: Callable[..., Server]
    ) -> None:
        server = start_server(cells=1)
        server.wait_until("/healthz")
        port = server.url.rpartition(":")[2]
        done = jobe_torch("try", "--once", JOBE_TORCH_PORT=port)
        assert done.returncode == 1
        assert f"port {port} is taken" in done.stderr

    @pytest.mark.slow
    def test_the_bank_is_graded_and_ctrl_c_ends_the_server(
        self, cell_python: Path, tmp_path: Path
    ) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "jobe_torch", "try"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            start_new_session=True,
            env={
                **os.environ,
                "JOBE_TORCH_PORT": str(free_port()),
                "JOBE_TORCH_CELL_PYTHON": str(cell_python),
                "JOBE_TORCH_CELLS": "1",
            },
        )
        assert process.stdout is not None
        said = ""
        with process.stdout as lines:
            for line in lines:
                said += line
                if "Serving until Ctrl-C" in line:
                    os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 0, said
        assert "questions.ru.xml" in said
        assert "cURL allowed ports list" in said
