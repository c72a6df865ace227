"""What the container of a cell is allowed: the outer wall, as a request to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.jail import Level

__all__ = ["CELL_PYTHON", "LEVELS", "SECCOMP", "Container"]

_HOME = "/usr/lib/jobe-torch"
CELL_PYTHON = f"{_HOME}/venv/bin/python"
"""The interpreter in the image (docker/cell.Dockerfile)."""

SECCOMP = Path(__file__).with_name("container-seccomp.json")
"""The profile of a container: what the agent needs for its walls, and what programs need."""

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
class Container:
    """The container of one cell."""

    image: str
    config: CellConfig
    memory_bytes: int
    """For all of the cell, with its files; there is no swap on top."""
    processes: int
    cpus: float
    labels: Mapping[str, str] = field(default_factory=dict)
    runtime: str = ""
    """Another runtime than the engine's default, such as ``runsc``."""
    apparmor: str = "unconfined"
    """AppArmor profile. Docker's own refuses every mount, and with it each of our levels."""

    def with_config(self, **changes: Any) -> Self:  # noqa: ANN401 - as dataclasses.replace
        """The same for another cell."""
        return replace(self, config=replace(self.config, **changes))

    def request(self, module: str, *, attached: bool) -> dict[str, Any]:
        """The body of "ContainerCreate" (Docker Engine API 1.41).

        Args:
            module: of the cell package, whose ``main`` is executed.
            attached: whether the container lives as long as somebody is attached to its
                stdin, and removes itself.
        """
        start = (
            f"import sys; sys.path.insert(0, {_HOME!r}); "
            f"from jobe_torch.cell.{module} import main; main()"
        )
        return {
            "Image": self.image,
            "Entrypoint": [],
            "Cmd": [CELL_PYTHON, "-I", "-S", "-B", "-c", start, self.config.to_json()],
            "Env": [],
            "User": self._user,
            "Labels": dict(self.labels),
            "OpenStdin": attached,
            "StdinOnce": attached,
            "AttachStdin": attached,
            "AttachStdout": True,
            "AttachStderr": True,
            "NetworkDisabled": True,
            "HostConfig": self._host_config | {"AutoRemove": attached},
        }

    @property
    def _user(self) -> str:
        """One unprivileged user for each cell where the level needs no capability."""
        if self.config.level is Level.USERNS1:
            return f"{self.config.first_id}:{self.config.first_id}"
        return "0:0"

    @property
    def _host_config(self) -> dict[str, Any]:
        return {
            "CapDrop": ["ALL"],
            "CapAdd": list(_CAPABILITIES[self.config.level]),
            "CgroupnsMode": "private",
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
                {"Name": "core", "Soft": 0, "Hard": 0},
                {"Name": "nofile", "Soft": 4096, "Hard": 4096},
            ],
        }
