"""JavaScript, by Node.js."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language, Version

__all__ = ["NODEJS"]

NODEJS = Language(
    id="nodejs",
    source_name="prog.js",
    copy_suffix=".js",
    version=Version(("nodejs", "--version"), r"v([\d.]+)"),
    run=("nodejs", Args.INTERPRETER, "{source}", Args.RUN),
    default_args={Args.INTERPRETER: ("--use_strict",)},
)
