"""Pascal, by Free Pascal, whose messages are no errors: only a missing program is."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language, Version

__all__ = ["PASCAL"]


class _Pascal(Language):
    def compile_text(self, stdout: bytes, stderr: bytes) -> bytes:  # noqa: ARG002 - an override
        return stdout


PASCAL = _Pascal(
    id="pascal",
    source_name="prog.pas",
    version=Version(("fpc", "-iV"), r"([\d.]+)"),
    # What fpc and its linker say of right programs, also on stderr, is thrown away;
    # the errors come from the file that they are sent to.
    compile=(
        *("sh", "-c", 'errors=$1; shift; "$@" >/dev/null 2>&1; cat "$errors"', "sh"),
        *("{source}.err", "fpc", Args.COMPILE, "-Fe{source}.err", "-o{source}.exe", "{source}"),
    ),
    artifact="{source}.exe",
    run=("./{source}.exe", Args.INTERPRETER, Args.RUN),
    default_args={Args.COMPILE: ("-vew", "-Se")},
)
