"""What the doctor says of GPUs. Where none is, their files are the test's."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.gpus import FoundGpu
from jobe_torch.cli.doctor import gpus
from jobe_torch.cli.doctor.finding import Finding, Mark
from jobe_torch.config import Settings

T4 = FoundGpu("GPU-t", "T4", 15 << 30, ("nvidiactl", "nvidia0"))


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A host with one GPU, whose device files are in a folder."""
    monkeypatch.setattr(gpus, "find_gpus", lambda: (T4,))
    monkeypatch.setattr(gpus, "_DEVICES", tmp_path)
    for name in T4.nodes:
        (tmp_path / name).touch(0o666)
        (tmp_path / name).chmod(0o666)
    return tmp_path


def found(*wanted: str) -> Finding:
    (finding,) = gpus.check_gpus(Settings(gpus=wanted, cell_python=Path("/bin/false")))
    return finding


@pytest.mark.parametrize(("wanted", "mark"), [((), Mark.SKIPPED), (("all",), Mark.FAIL)])
def test_no_driver_is_a_fault_only_if_gpus_are_wanted(
    monkeypatch: pytest.MonkeyPatch, wanted: tuple[str, ...], mark: Mark
) -> None:
    def none() -> tuple[FoundGpu, ...]:
        raise BackendError("no NVIDIA driver is installed")

    monkeypatch.setattr(gpus, "find_gpus", none)
    finding = found(*wanted)
    assert (finding.mark, finding.detail) == (mark, "none: no NVIDIA driver is installed")


def test_gpus_that_nobody_may_use_are_told_of() -> None:
    assert found() == Finding(Mark.PASS, "gpus", "1 here, no run may use them", "--gpus all")


def test_a_gpu_that_is_not_there_is_a_fault() -> None:
    assert found("GPU-x").mark is Mark.FAIL
    assert "no such GPU: GPU-x" in found("GPU-x").detail


def test_a_device_file_that_is_missing_is_a_fault(host: Path) -> None:
    (host / "nvidia0").unlink()
    assert "nvidia0 is not there" in found("all").detail


def test_a_device_file_that_is_roots_only_is_a_fault(host: Path) -> None:
    (host / "nvidia0").chmod(0o660)
    assert "nvidia0 is not for every user" in found("GPU-t").detail


def test_where_the_files_are_right_a_cell_is_tried() -> None:
    assert found("all").mark is Mark.FAIL
    assert "no Python that works" in found("all").detail
