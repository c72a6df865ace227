"""Installs the hook by which an interpreter can become a zygote: ``python install.py PYTHON``.

One line in the interpreter's site-packages, read whenever it starts. It does
nothing unless the agent's environment variable is there. In a virtual environment
`site` reads it twice, and only then lists the environment among its prefixes: a
spare leaves the second reading, since what `site` has still to do is a run's time.
With it goes what runs find in their homes (`home`): call it again after installing packages.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jobe_torch.cell.home import build_home

__all__ = ["HINT", "HOOK_NAME", "install"]

HOOK_NAME = "zz_jobe_torch.pth"
"""Last in the alphabet: a spare returns into as little of `site` as can be."""

HINT = "does the interpreter have the hook? (python -m jobe_torch.cell.install PYTHON)"
"""For who waits in vain for one."""

_HOOK = (
    "import os, sys; f = os.environ.get('JOBE_TORCH_ZYGOTE'); "
    "f and sys.prefix in sys.modules['site'].PREFIXES and ("
    "sys.path.append(f.rpartition(':')[0]), "
    "__import__('jobe_torch.cell.zygote', fromlist=['main']).main())\n"
)


def install(python: Path) -> Path:
    """Write the hook into the site-packages of an interpreter; returns its path.

    Raises:
        subprocess.CalledProcessError: that is no Python, or what runs find cannot be built.
        OSError: its site-packages cannot be written.
    """
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    hook = Path(answer.stdout.strip()) / HOOK_NAME
    hook.write_text(_HOOK)
    build_home(python)
    return hook


if __name__ == "__main__":
    print(install(Path(sys.argv[1])))  # noqa: T201 - a script's answer
