"""The NVIDIA GPUs of this host, as the driver's own library (NVML) tells of them."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pynvml

from jobe_torch.backends.base import BackendError
from jobe_torch.cell.gpu import Gpu

__all__ = ["FoundGpu", "choose_gpus", "find_gpus"]

_COMMON_NODES = ("nvidiactl", "nvidia-uvm")
_CAPABILITIES = Path("/proc/driver/nvidia/capabilities")
_MINOR = re.compile(r"^DeviceFileMinor: (\d+)$", re.MULTILINE)
_ALL = "all"
_MAPPINGS = Path("/proc/self/maps")
_NVML = "libnvidia-ml.so"


@dataclass(frozen=True, slots=True)
class FoundGpu:
    """A GPU, or a MIG slice of one: the smallest thing that a cell can have to itself."""

    uuid: str
    """``GPU-...`` or ``MIG-...``."""
    name: str
    memory_bytes: int
    nodes: tuple[str, ...]
    """Names in ``/dev`` of all that one needs to compute on it."""
    libraries: str = ""
    """Where the driver's libraries are, if only the environment leads the linker there."""

    def for_cell(self, *, share: float = 1.0, idle_seconds: float = 900.0) -> Gpu:
        """As a cell has it."""
        return Gpu(self.uuid, self.nodes, self.libraries, share, idle_seconds)


def find_gpus() -> tuple[FoundGpu, ...]:
    """What a cell can be given. A GPU that is divided counts by its slices only.

    Raises:
        BackendError: there is no driver, or it does not work.
    """
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        if error.value == pynvml.NVML_ERROR_LIBRARY_NOT_FOUND:
            raise BackendError("no NVIDIA driver is installed") from error
        raise BackendError(f"the NVIDIA driver does not answer: {error}") from error
    try:
        count = pynvml.nvmlDeviceGetCount()
        return tuple(found for index in range(count) for found in _cells_worth(index))
    except pynvml.NVMLError as error:
        raise BackendError(f"the NVIDIA driver does not answer: {error}") from error
    finally:
        pynvml.nvmlShutdown()


def choose_gpus(wanted: Sequence[str], found: Iterable[FoundGpu]) -> tuple[FoundGpu, ...]:
    """Those that the operator names by UUID, or ``all``.

    Raises:
        BackendError: one of them is not there.
    """
    here = {gpu.uuid: gpu for gpu in found}
    if _ALL in wanted:
        return tuple(here.values())
    if missing := [uuid for uuid in wanted if uuid not in here]:
        present = ", ".join(here) or "none"
        raise BackendError(f"no such GPU: {', '.join(missing)}; there are: {present}")
    return tuple(here[uuid] for uuid in dict.fromkeys(wanted))


def _cells_worth(index: int) -> Iterator[FoundGpu]:
    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    name = pynvml.nvmlDeviceGetName(handle)
    minor = pynvml.nvmlDeviceGetMinorNumber(handle)
    nodes = (*_COMMON_NODES, f"nvidia{minor}")
    if not _is_divided(handle):
        yield _found(handle, name, nodes)
        return
    for number in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
        with contextlib.suppress(pynvml.NVMLError):  # most numbers are not in use
            mig = pynvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, number)
            yield _found(mig, f"{name} (slice {number})", (*nodes, *_rights(mig, minor)))


def _is_divided(handle: Any) -> bool:  # noqa: ANN401 - NVML's
    try:
        current, _ = pynvml.nvmlDeviceGetMigMode(handle)
    except pynvml.NVMLError:  # a model that cannot be
        return False
    return bool(current == pynvml.NVML_DEVICE_MIG_ENABLE)


def _rights(mig: Any, minor: int) -> Iterator[str]:  # noqa: ANN401 - NVML's
    """The files that give the right to use a slice (MIG User Guide, "Device Nodes")."""
    instance = _CAPABILITIES / f"gpu{minor}/mig/gi{pynvml.nvmlDeviceGetGpuInstanceId(mig)}"
    computes = instance / f"ci{pynvml.nvmlDeviceGetComputeInstanceId(mig)}"
    for folder in (instance, computes):
        number = _MINOR.search((folder / "access").read_text())
        if number is None:
            raise BackendError(f"{folder / 'access'} names no device file")
        yield f"nvidia-caps/nvidia-cap{number[1]}"


def _found(handle: Any, name: str, nodes: tuple[str, ...]) -> FoundGpu:  # noqa: ANN401 - NVML's
    memory_bytes = int(pynvml.nvmlDeviceGetMemoryInfo(handle).total)
    uuid = pynvml.nvmlDeviceGetUUID(handle)
    return FoundGpu(uuid, name, memory_bytes, nodes, _libraries())


def _libraries() -> str:
    """The folder of the driver's libraries, if the linker found it by ``LD_LIBRARY_PATH`` alone.

    So it is where the driver is mounted into a machine (``/usr/local/nvidia``), and a cell does
    not have the server's environment. CUDA's library lies beside NVML's, which is loaded.
    """
    named = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    by_environment = {os.path.realpath(folder) for folder in named if folder}
    for mapping in _MAPPINGS.read_text().splitlines():
        folder, _, file = mapping.partition("/")[2].rpartition("/")
        if file.startswith(_NVML) and f"/{folder}" in by_environment:
            return f"/{folder}"
    return ""
