"""What each run finds in its home: caches that libraries would else build in every run anew.

matplotlib looks for its list of fonts in ``MPLCONFIGDIR``, which is a run's home, and where there
is none it opens all fonts of the machine. So the list is built once, when the interpreter gets
its hook. A run has a copy of its own, on its own file system: what becomes of that is its affair.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from jobe_torch.cell.layout import ENVIRONMENT
from jobe_torch.cell.wire import File

__all__ = ["build_home", "home_files"]

_CACHES = "fontlist-*.json"  # its name has the version of matplotlib's own that reads it
_BUILD = (
    "from importlib.util import find_spec\n"
    "if find_spec('matplotlib'): import matplotlib.font_manager"
)


def build_home(python: Path) -> None:
    """Build what is to be found, from the packages that an interpreter has now.

    Raises:
        subprocess.CalledProcessError: that is no Python, or one of the packages is broken.
        OSError: its prefix cannot be written to.
    """
    home = _home_of(python)
    home.mkdir(parents=True, exist_ok=True)
    for old in home.glob(_CACHES):
        old.unlink()
    places = {"HOME": str(home), "MPLCONFIGDIR": str(home)}
    # With the programs that a run finds too: they list the system's fonts.
    subprocess.run([python, "-BE", "-c", _BUILD], check=True, env=ENVIRONMENT | places)


def home_files(python: str) -> tuple[File, ...]:
    """What was built for an interpreter, if anything was."""
    home = _home_of(Path(python))
    return tuple(File(path.name, path.read_bytes()) for path in home.glob(_CACHES))


def _home_of(python: Path) -> Path:
    """In the interpreter's prefix, as `sysconfig` would say, which an agent cannot ask."""
    return Path(os.path.abspath(python)).parent.parent / "share/jobe-torch/home"
