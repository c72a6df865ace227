"""C, by gcc."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language, Version
from jobe_torch.protocol.limits import Defaults

__all__ = ["GCC_VERSION", "C"]

GCC_VERSION = Version(("gcc", "--version"), r"gcc \(.*?\) (\S+)")

C = Language(
    id="c",
    source_name="prog.c",
    version=GCC_VERSION,
    compile=("gcc", Args.COMPILE, "-o", "{source}.exe", "{source}", Args.LINK),
    run=("./{source}.exe", Args.INTERPRETER, Args.RUN),
    default_args={Args.COMPILE: ("-Wall", "-Werror", "-std=c99", "-x", "c")},
    defaults=Defaults(may_reserve=True),
)
