"""The settings of the server.

A value comes from, in rising order: the default, a TOML file, the environment
(``JOBE_TORCH_<NAME>``), a command line flag. All of them pass through `load`.
"""

from jobe_torch.config.describe import Description, describe, show
from jobe_torch.config.load import ENVIRONMENT_PREFIX, FILE_VARIABLE, BadSetting, load
from jobe_torch.config.settings import BackendKind, GpuDoor, LogFormat, Settings

__all__ = [
    "ENVIRONMENT_PREFIX",
    "FILE_VARIABLE",
    "BackendKind",
    "BadSetting",
    "Description",
    "GpuDoor",
    "LogFormat",
    "Settings",
    "describe",
    "load",
    "show",
]
