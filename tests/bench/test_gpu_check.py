"""The script for a machine with a GPU: how it ends where it cannot go on, and its report."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from jobe_torch.bench.gpu import report

SCRIPT = Path(__file__).parents[2] / "scripts/gpu_check.sh"
ONE_GPU = "echo 'GPU 0: NVIDIA T4 (UUID: GPU-0b7c)'"


def check(folder: Path, nvidia_smi: str, python: str, *parts: str) -> tuple[int, str]:
    """Run the script with a stand-in for nvidia-smi and for its Python."""
    for name, text in (("nvidia-smi", nvidia_smi), ("python", python)):
        if text:
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
    done = subprocess.run(
        [SCRIPT, *parts],
        env={"PATH": f"{folder}:/usr/bin:/bin", "PYTHON": f"{folder}/python"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("nvidia_smi", "python", "status", "said"),
    [
        pytest.param("", "", 3, "there is no GPU", id="no driver"),
        pytest.param(
            "echo 'cannot talk'; exit 9", "", 3, "no GPU: cannot talk", id="driver is out"
        ),
        pytest.param("echo 'No devices were found'", "", 3, "shows none", id="no device"),
        pytest.param(
            ONE_GPU,
            "echo AssertionError: torch has no CUDA; exit 1",
            2,
            "has no CUDA",
            id="torch for CPUs",
        ),
        pytest.param(ONE_GPU, "", 2, "no torch with CUDA", id="no such Python"),
    ],
)
def test_it_says_what_it_lacks(
    tmp_path: Path, nvidia_smi: str, python: str, status: int, said: str
) -> None:
    ended, words = check(tmp_path, nvidia_smi, python)
    assert ended == status, words
    assert said in words


def test_it_says_which_parts_there_are(tmp_path: Path) -> None:
    ended, words = check(tmp_path, ONE_GPU, "", "doctor", "nurse")
    assert ended == 2
    assert "no such part: nurse; there are: doctor walls attacks" in words


def test_the_report_has_all_parts(tmp_path: Path) -> None:
    (tmp_path / "nvidia-smi.txt").write_text("Tesla T4\n")
    (tmp_path / "doctor.txt").write_text("PASS\n")
    (tmp_path / "walls.txt").write_text("FAIL  behind level caps\n")
    (tmp_path / "walls-trace.txt").write_text(
        "behind level caps\n  openat(/dev/nvidiactl) = 0\n> stat(/sys/module/nvidia) = ENOENT\n"
    )
    suite = (
        '<testsuites><testsuite tests="3" failures="1" errors="0" skipped="1"><properties>'
        '<property name="VRAM used before" value="7"/></properties>'
        '<testcase classname="a.b" name="good"/>'
        '<testcase classname="a.b" name="bad"><failure message="assert 12\n in (15,)"/></testcase>'
        "</testsuite></testsuites>"
    )
    for name in ("attacks", "fidelity", "soak-1", "soak-2", "programs"):
        (tmp_path / f"{name}.xml").write_text(suite)
    (tmp_path / "spares.json").write_text(json.dumps({"vram_per_spare_mb": 412.04}))
    figures = {
        "workload": "gpu-fc", "clients": 1, "p50_ms": 21.06, "p95_ms": 24.0, "wrong": 0,
        "runs_per_second": 40.0, "cold_runs": 5, "cold_p50_ms": 4000.4, "ratio": 190.1,
    }  # fmt: skip
    (tmp_path / "bench-1.json").write_text(json.dumps({"figures": [figures]}))
    (tmp_path / "bench-4-busy.json").write_text(
        json.dumps({"figures": [figures | {"cold_runs": 0}]})
    )
    text = report(tmp_path)
    for part in (
        "Tesla T4",
        "FAIL  behind level caps",
        "behind level caps\n> stat(/sys/module/nvidia) = ENOENT\n```",
        "## Soak-2",
        "## Fidelity\n\n3 tests, 1 failures, 0 errors, 1 skipped",
        "- VRAM used before: 7",
        "- **failure**: bad: `assert 12 in (15,)`",
        "| vram_per_spare_mb | 412.0 |",
        "| gpu-fc | 1 | 1 | 21.1 | 24.0 | 40.0 | 4000 | 190 | 0 |",
        "| gpu-fc | 4-busy | 1 | 21.1 | 24.0 | 40.0 |  |  | 0 |",
    ):
        assert part in text
    assert "missing" not in text


def test_the_report_tells_what_is_missing(tmp_path: Path) -> None:
    text = report(tmp_path)
    for name in (
        "nvidia-smi.txt",
        "doctor.txt",
        "walls.txt",
        "soak.xml",
        "spares.json",
        "bench-1.json",
    ):
        assert f"{name} is missing" in text
