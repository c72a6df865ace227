"""Which GPUs a cell can be given, by what NVML says. The driver's answers are the test's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pynvml
import pytest

from jobe_torch.backends import gpus
from jobe_torch.backends.base import BackendError
from jobe_torch.backends.gpus import FoundGpu, choose_gpus, find_gpus

A100 = FoundGpu("GPU-a", "A100", 40 << 30, ("nvidiactl", "nvidia-uvm", "nvidia1"))
T4 = FoundGpu("GPU-t", "T4", 15 << 30, ("nvidiactl", "nvidia-uvm", "nvidia0"))


@dataclass(frozen=True)
class Device:
    """What NVML knows of a device or a slice."""

    uuid: str
    minor: int = 0
    memory_bytes: int = 15 << 30
    name: str = "T4"
    slices: dict[int, Device] | None = None
    instances: tuple[int, int] = (0, 0)


Driver = Callable[..., None]


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Driver:
    """Puts a driver with some devices in place; each name must be one of NVML's."""
    monkeypatch.setattr(gpus, "_CAPABILITIES", tmp_path)

    def has(*devices: Device) -> None:
        def mig_mode(device: Device) -> list[int]:
            if device.name == "T4":
                raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
            return [int(device.slices is not None)] * 2

        def mig(device: Device, number: int) -> Device:
            if number not in (device.slices or {}):
                raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
            return (device.slices or {})[number]

        answers = {
            "nvmlInit": lambda: None,
            "nvmlShutdown": lambda: None,
            "nvmlDeviceGetCount": lambda: len(devices),
            "nvmlDeviceGetHandleByIndex": lambda index: devices[index],
            "nvmlDeviceGetName": lambda device: device.name,
            "nvmlDeviceGetMinorNumber": lambda device: device.minor,
            "nvmlDeviceGetMigMode": mig_mode,
            "nvmlDeviceGetMaxMigDeviceCount": lambda _device: 7,
            "nvmlDeviceGetMigDeviceHandleByIndex": mig,
            "nvmlDeviceGetGpuInstanceId": lambda device: device.instances[0],
            "nvmlDeviceGetComputeInstanceId": lambda device: device.instances[1],
            "nvmlDeviceGetMemoryInfo": lambda device: SimpleNamespace(total=device.memory_bytes),
            "nvmlDeviceGetUUID": lambda device: device.uuid,
        }
        for name, answer in answers.items():
            monkeypatch.setattr(pynvml, name, answer)

    return has


def test_a_host_without_a_driver_has_none() -> None:
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        pass
    else:
        pytest.skip("this host has a driver")
    with pytest.raises(BackendError, match=r"no NVIDIA driver|does not answer"):
        find_gpus()


def test_a_driver_that_does_not_answer_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_DRIVER_NOT_LOADED)

    monkeypatch.setattr(pynvml, "nvmlInit", fail)
    with pytest.raises(BackendError, match="does not answer: Driver Not Loaded"):
        find_gpus()


def test_each_gpu_needs_its_own_file_and_the_common_ones(driver: Driver) -> None:
    driver(Device("GPU-t"), Device("GPU-a", minor=1, memory_bytes=40 << 30, name="A100"))
    assert find_gpus() == (T4, A100)


def test_a_divided_gpu_counts_by_its_slices(driver: Driver, tmp_path: Path) -> None:
    slices = {
        0: Device("MIG-x", memory_bytes=5 << 30, instances=(7, 0)),
        3: Device("MIG-y", memory_bytes=10 << 30, instances=(2, 1)),
    }
    for place, minor in (("gi7", 66), ("gi7/ci0", 67), ("gi2", 21), ("gi2/ci1", 23)):
        access = tmp_path / "gpu1/mig" / place / "access"
        access.parent.mkdir(parents=True, exist_ok=True)
        access.write_text(f"DeviceFileMinor: {minor}\nDeviceFileMode: 292\n")
    driver(Device("GPU-t"), Device("GPU-a", minor=1, name="A100", slices=slices))
    common = ("nvidiactl", "nvidia-uvm", "nvidia1")
    assert find_gpus()[1:] == (
        FoundGpu(
            "MIG-x",
            "A100 (slice 0)",
            5 << 30,
            (*common, "nvidia-caps/nvidia-cap66", "nvidia-caps/nvidia-cap67"),
        ),
        FoundGpu(
            "MIG-y",
            "A100 (slice 3)",
            10 << 30,
            (*common, "nvidia-caps/nvidia-cap21", "nvidia-caps/nvidia-cap23"),
        ),
    )


@pytest.mark.parametrize(
    ("by_environment", "libraries"),
    [
        pytest.param("/opt:{folder}/link", "{folder}/lib64", id="only by the environment"),
        pytest.param("/opt", "", id="by the linker's own list"),
        pytest.param("", "", id="no such variable"),
    ],
)
def test_a_driver_that_only_the_environment_leads_to_is_shown_to_cells(
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    by_environment: str,
    libraries: str,
) -> None:
    (tmp_path / "lib64").mkdir()
    (tmp_path / "link").symlink_to("lib64")
    mappings = tmp_path / "maps"
    mappings.write_text(
        "7f00-7f01 r-xp 00000000 fe:00 12 /usr/lib/libc.so.6\n7f02-7f03 rw-p 00000000 00:00 0\n"
        f"7f04-7f05 r-xp 00000000 fe:00 13 {tmp_path}/lib64/libnvidia-ml.so.580.1\n"
    )
    monkeypatch.setattr(gpus, "_MAPPINGS", mappings)
    monkeypatch.setenv("LD_LIBRARY_PATH", by_environment.format(folder=tmp_path))
    driver(Device("GPU-t"))
    wanted = libraries.format(folder=tmp_path)
    assert [gpu.for_cell().libraries for gpu in find_gpus()] == [wanted]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["all"], (T4, A100)),
        (["GPU-a"], (A100,)),
        (["GPU-a", "GPU-t", "GPU-a"], (A100, T4)),
    ],
    ids=str,
)
def test_the_operator_chooses(wanted: list[str], chosen: tuple[FoundGpu, ...]) -> None:
    assert choose_gpus(wanted, (T4, A100)) == chosen


def test_a_gpu_that_is_not_there_is_told_of() -> None:
    with pytest.raises(BackendError, match="no such GPU: GPU-b; there are: GPU-t, GPU-a"):
        choose_gpus(["GPU-a", "GPU-b"], (T4, A100))
    with pytest.raises(BackendError, match="there are: none"):
        choose_gpus(["GPU-b"], ())
