"""Octave, whose last words on stderr are about itself."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language, Version
from jobe_torch.protocol.limits import MB, Defaults

__all__ = ["OCTAVE"]


class _Octave(Language):
    def run_stderr(self, stderr: bytes) -> bytes:
        lines = stderr.replace(b"\r", b"").split(b"\n")
        while lines and not lines[-1].strip():
            lines.pop()
        if lines and lines[-1].startswith(b"error: ignoring octave_execution_exception"):
            lines.pop()
        if lines and lines[-1] == b"error: No such file or directory":
            lines.pop()
        text = b"\n".join(lines)
        return text + b"\n" if text else b""


OCTAVE = _Octave(
    id="octave",
    source_name="prog.m",
    copy_suffix=".m",
    version=Version(
        ("octave", "--version", "--norc", "--no-window-system", "--silent"),
        r"GNU Octave, version (\S+)",
    ),
    run=("octave", Args.INTERPRETER, "{source}", Args.RUN),
    default_args={Args.INTERPRETER: ("--norc", "--no-window-system", "--silent", "-H")},
    defaults=Defaults(memory_bytes=500 * MB),
)
