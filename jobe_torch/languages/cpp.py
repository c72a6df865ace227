"""C++, by g++."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language
from jobe_torch.languages.c import GCC_VERSION
from jobe_torch.protocol.limits import Defaults

__all__ = ["CPP"]

CPP = Language(
    id="cpp",
    source_name="prog.cpp",
    version=GCC_VERSION,
    compile=("g++", Args.COMPILE, "-o", "{source}.exe", "{source}", Args.LINK),
    run=("./{source}.exe", Args.INTERPRETER, Args.RUN),
    default_args={Args.COMPILE: ("-Wall", "-Werror")},
    defaults=Defaults(may_reserve=True),
)
