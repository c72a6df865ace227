"""A cell is told everything on its command line."""

from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.jail import Level, Spaces


def test_a_configuration_survives_the_command_line() -> None:
    config = CellConfig(
        level=Level.USERNS,
        python="/usr/bin/python3",
        preload=("numpy", "torch"),
        spaces=Spaces(1, 2, 3),
        first_id=200_000,
        folders=("/opt/python",),
        doors=("/sys/fs/cgroup/cell/cgroup.procs",),
        oom_events="/sys/fs/cgroup/cell/memory.events",
    )
    assert CellConfig.from_json(config.to_json()) == config
