"""What the container of a cell is allowed: the outer wall, as a request to the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.cgroup import PATIENT
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.edition import edition
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.jail import Level, Spaces
from jobe_torch.config import GpuDoor, Settings

__all__ = [
    "CELL_PYTHON",
    "LABEL",
    "LEVELS",
    "PATIENT_SHARES",
    "SECCOMP",
    "SHARES",
    "Container",
    "Place",
    "owner",
]

_HOME = "/usr/lib/jobe-torch"
CELL_PYTHON = f"{_HOME}/venv/bin/python"
"""The interpreter in the image (docker/cell.Dockerfile)."""

SECCOMP = Path(__file__).with_name("container-seccomp.json")
"""The profile of a container: what the agent needs for its walls, and what programs need."""

SHARES = 1024
"""Of the processors, while they are scarce: what the engine gives to every container."""
PATIENT_SHARES = SHARES // PATIENT
"""Of one that warms up."""

LABEL = "io.jobe-torch.server"
"""On every container of ours; its value is `Place.owner`."""

_FIRST_ID = 200_000
_IDS_PER_CELL = 65_536

_CAPABILITIES = {
    # To give the cell's user namespace a range of ids.
    Level.USERNS: ("SETGID", "SETUID"),
    # What that namespace would have given: mounts, entering the run's namespaces (whose root
    # is changed by the way), its loopback, the run's home and its user.
    Level.CAPS: (
        "CHOWN", "NET_ADMIN", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN", "SYS_CHROOT",
    ),
    Level.USERNS1: (),
}  # fmt: skip

LEVELS = tuple(_CAPABILITIES)
"""Jail levels that a container can have, best first."""

# A new /proc can only be mounted where no part of the container's own is covered; the cell
# and its runs see that new one only. Of /sys they see /sys/devices/system only.
_MASKED = ("/sys/firmware", "/sys/devices/virtual/powercap")


@dataclass(frozen=True, slots=True)
class Place:
    """Which of all containers it is."""

    server: str
    """Whose it is of several servers on one engine."""
    slot: int
    level: Level
    gpu: Gpu | None = None
    """The one that it has, if any."""

    @property
    def owner(self) -> str:
        """The label's value. Cells with GPUs are a backend of their own, with its own orphans."""
        return owner(self.server, gpu=self.gpu is not None)

    @property
    def first_id(self) -> int:
        """First of the 65,536 ids of the engine's host that belong to this cell alone."""
        return _FIRST_ID + self.slot * _IDS_PER_CELL


def owner(server: str, *, gpu: bool) -> str:
    """What containers of one kind of a server are labelled with; no server has such a name."""
    return f"{server}/gpu" if gpu else server


@dataclass(frozen=True, slots=True)
class Container:
    """What all containers of a server have in common."""

    image: str
    spaces: Spaces
    memory_bytes: int
    """For all of the cell, with its files; there is no swap on top."""
    processes: int
    cpus: float
    runtime: str = ""
    """Another runtime than the engine's own, such as ``runsc``."""
    apparmor: str = "unconfined"
    """AppArmor profile. Docker's own refuses every mount, and with it each of our levels."""
    gpus: tuple[Gpu, ...] = ()
    """Those that a container may have, one at a time."""
    gpu_door: GpuDoor = GpuDoor.NVIDIA
    preload: tuple[str, ...] = ("numpy", "torch")

    @classmethod
    def of(cls, settings: Settings) -> Container:
        """As the settings say.

        Raises:
            BackendError: they name no GPU in particular.
        """
        size = settings.disk_max_bytes
        if "all" in settings.gpus:
            raise BackendError(
                "gpus: containers get GPUs by their UUIDs; those that `nvidia-smi -L` shows on "
                "the engine's machine are to be given instead of `all`"
            )
        share, idle = 1 / settings.cells_per_gpu, settings.gpu_idle_seconds
        return cls(
            image=settings.docker_image,
            spaces=Spaces(run_bytes=size, temporary_bytes=size, shared_bytes=size),
            memory_bytes=settings.cell_memory_bytes,
            processes=settings.cell_processes,
            cpus=settings.cell_cpus,
            runtime=settings.docker_runtime,
            apparmor=settings.docker_apparmor,
            gpus=tuple(Gpu(uuid, share=share, idle_seconds=idle) for uuid in settings.gpus),
            gpu_door=settings.docker_gpus_by,
        )

    def request(self, place: Place, module: str, *, attached: bool) -> dict[str, Any]:
        """The body of "ContainerCreate" (Docker Engine API 1.41).

        Args:
            place: whose container it is.
            module: of the cell package, whose ``main`` is executed.
            attached: whether the container lives as long as somebody is attached to its
                stdin, and removes itself.
        """
        config = CellConfig(
            level=place.level,
            python=CELL_PYTHON,
            preload=self.preload,
            spaces=self.spaces,
            first_id=place.first_id,
            contained=True,
            gpu=place.gpu,
        )
        start = (
            f"import sys; sys.path.insert(0, {_HOME!r}); "
            f"from jobe_torch.cell.edition import check; check({edition()!r}); "
            f"from jobe_torch.cell.{module} import main; main()"
        )
        return {
            "Image": self.image,
            "Entrypoint": [],
            "Cmd": [CELL_PYTHON, "-I", "-S", "-B", "-c", start, config.to_json()],
            "Env": [],
            "User": _user(place),
            "Labels": {LABEL: place.owner},
            "OpenStdin": attached,
            "StdinOnce": attached,
            "AttachStdin": attached,
            "AttachStdout": True,
            "AttachStderr": True,
            "NetworkDisabled": True,
            "HostConfig": self._host_config(place) | {"AutoRemove": attached},
        }

    def _host_config(self, place: Place) -> dict[str, Any]:
        return {
            "CapDrop": ["ALL"],
            "CapAdd": list(_CAPABILITIES[place.level]),
            "CgroupnsMode": "private",
            "DeviceRequests": [self._device_request(place.gpu)] if place.gpu else [],
            "IpcMode": "private",
            "LogConfig": {"Type": "none", "Config": {}},
            "MaskedPaths": list(_MASKED),
            "Memory": self.memory_bytes,
            "MemorySwap": self.memory_bytes,
            "NanoCpus": int(self.cpus * 1e9),
            "NetworkMode": "none",
            "PidsLimit": self.processes,
            "Privileged": False,
            "ReadonlyPaths": [],
            "ReadonlyRootfs": True,
            "RestartPolicy": {"Name": "no"},
            "Runtime": self.runtime,
            "SecurityOpt": [
                "no-new-privileges:true",
                f"seccomp={SECCOMP.read_text()}",
                f"apparmor={self.apparmor}",
            ],
            "Ulimits": [
                {"Name": "core", "Soft": 1, "Hard": 1},
                {"Name": "nofile", "Soft": 4096, "Hard": 4096},
            ],
        }

    def _device_request(self, gpu: Gpu) -> dict[str, Any]:
        """One device, by name: never a number of them, and never all."""
        if self.gpu_door is GpuDoor.CDI:
            return {"Driver": "cdi", "DeviceIDs": [f"nvidia.com/gpu={gpu.uuid}"]}
        # "compute" is CUDA, "utility" is NVML, by which torch counts devices.
        return {
            "Driver": "nvidia",
            "DeviceIDs": [gpu.uuid],
            "Capabilities": [["gpu", "compute", "utility"]],
        }


def _user(place: Place) -> str:
    """The container's root, or an unprivileged user where the level needs no capability."""
    if place.level is Level.USERNS1:
        return f"{place.first_id}:{place.first_id}"
    return "0:0"
