"""The same programs as plain processes: ``python3 -BE prog.py``, started for each run."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from jobe_torch.bench.workloads import Workload
from jobe_torch.protocol.verdict import Verdict

__all__ = ["ColdProcess"]


class ColdProcess:
    """Runs workloads with the interpreter that the cells have.

    Args:
        python: The interpreter.
    """

    def __init__(self, python: Path) -> None:
        self._python = python

    def can_run(self, workload: Workload) -> bool:
        """Whether a plain process is what the workload would otherwise be."""
        return workload.language == "python3" and workload.outcome is Verdict.SUCCESS

    def run(self, workload: Workload) -> float:
        """The seconds that a workload takes from start to exit.

        Raises:
            RuntimeError: It did not print what is right.
        """
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "prog.py")
            program.write_text(workload.source)
            for name, content in workload.files.items():
                Path(folder, name).write_bytes(content)
            began = time.perf_counter()
            command = [str(self._python), "-BE", str(program)]
            done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
            seconds = time.perf_counter() - began
        if done.stdout != workload.stdout or done.stderr:
            said = (done.stderr or done.stdout)[-300:]
            raise RuntimeError(f"{workload.name} as a plain process went wrong: {said}")
        return seconds
