"""Pascal, by Free Pascal, whose messages are no errors: only a missing program is."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language, Version

__all__ = ["PASCAL"]

# What fpc and its linker say of right programs, also on stderr, is thrown away;
# the errors come from the file that they are sent to.
_COMPILE = """\
errors=$1 program=$2
shift 2
"$@" >/dev/null 2>&1
[ -e "$program" ] || cat "$errors" >&2
"""

PASCAL = Language(
    id="pascal",
    source_name="prog.pas",
    version=Version(("fpc", "-iV"), r"([\d.]+)"),
    compile=(
        *("sh", "-c", _COMPILE, "sh", "{source}.err", "{source}.exe"),
        *("fpc", Args.COMPILE, "-Fe{source}.err", "-o{source}.exe", "{source}"),
    ),
    run=("./{source}.exe", Args.INTERPRETER, Args.RUN),
    default_args={Args.COMPILE: ("-vew", "-Se")},
)
