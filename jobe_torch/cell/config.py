"""What a cell is told when it is started: one JSON object on its command line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.jail import Level, Spaces
from jobe_torch.cell.wall import Wall

__all__ = ["CellConfig"]


@dataclass(frozen=True, slots=True)
class CellConfig:
    """Everything that makes one cell differ from another."""

    level: Level
    python: str
    """Absolute path of the runs' interpreter."""
    preload: tuple[str, ...]
    """Modules the zygote imports."""
    spaces: Spaces
    first_id: int = 0
    """First of the 65,536 host uids and gids that are this cell's alone."""
    folders: tuple[str, ...] = ()
    """Folders a private root shows besides the system's."""
    doors: tuple[str, ...] = ()
    """``cgroup.procs`` files of the control groups that the cell enters."""
    oom_events: str = ""
    """File that counts the processes the kernel killed for memory, if there is one."""
    contained: bool = False
    """Whether a container surrounds the cell, whose own group then counts those."""
    gpu: Gpu | None = None
    """The cell's one GPU, if it has any."""
    mother: int | None = None
    """Descriptor on which the agent asks for a zygote; without it that imports for itself."""
    owner: int = 0
    """Host uid to which the cell's user namespace belongs, if it is not the server's: hers."""

    @property
    def wall(self) -> Wall:
        """What surrounds the cell."""
        return Wall(
            self.level,
            self.first_id,
            self.folders,
            contained=self.contained,
            devices=self.gpu.device_files if self.gpu else (),
            files=self.gpu.files if self.gpu else (),
            owner=self.owner,
        )

    def to_json(self) -> str:
        """For the agent's command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> CellConfig:
        """What `to_json` wrote."""
        values = json.loads(text)
        values["level"] = Level(values["level"])
        values["spaces"] = Spaces(**values["spaces"])
        for name in ("preload", "folders", "doors"):
            values[name] = tuple(values[name])
        if gpu := values["gpu"]:
            values["gpu"] = Gpu(**gpu | {name: tuple(gpu[name]) for name in ("nodes", "files")})
        return cls(**values)
