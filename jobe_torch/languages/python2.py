"""Python 2, where it is still installed."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language, Version

__all__ = ["PYTHON2"]

PYTHON2 = Language(
    id="python2",
    source_name="prog.py2",
    version=Version(("python2", "--version"), r"Python (\S+)"),
    run=("python2", Args.INTERPRETER, "{source}", Args.RUN),
    default_args={Args.INTERPRETER: ("-BESs",)},
)
