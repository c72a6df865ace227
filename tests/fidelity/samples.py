"""The sample programs as they lie in ``programs``: ``NAME.py``, ``NAME.toml``, ``NAME.d/``.

Those in ``programs/gpu`` need a GPU; one is made here, for its length.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from jobe_torch.cell.wire import File
from tests.cells import Program

__all__ = ["FOLDER", "GPU_SAMPLES", "SAMPLES", "Sample"]

_ANY_PYTHON = (3, 99)
FOLDER = Path(__file__).parent / "programs"


_TIME = {"cputime": 60.0}
"""A cold torch program alone takes the usual five seconds of a busy machine."""


class _Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``NAME.toml``: what the program is given and what it is known to do."""

    stdin: str = ""
    stdin_encoding: str = "utf-8"
    args: tuple[str, ...] = ()
    source_name: str = "prog.py"
    limits: dict[str, float] = {}
    """Jobe parameters."""
    fails: bool = False
    """It writes to stderr, ends with a status other than 0, or does not compile."""
    silent: bool = False
    """It prints nothing."""
    starts_cold: bool = False
    """A spare cannot take it: it brings a file that poses as a preloaded module."""
    last_python: tuple[int, int] = _ANY_PYTHON
    """The last version for which both ways are the same."""


class Sample(msgspec.Struct, frozen=True):
    """One program, and what guards it against showing nothing at all."""

    id: str
    program: Program
    fails: bool
    silent: bool
    starts_cold: bool
    last_python: tuple[int, int] = _ANY_PYTHON


def _load(path: Path) -> Sample:
    described = path.with_suffix(".toml")
    text = described.read_bytes() if described.exists() else b""
    facts = msgspec.toml.decode(text, type=_Facts)
    folder = path.with_suffix(".d")
    files = sorted(folder.iterdir()) if folder.exists() else []
    program = Program(
        source=path.read_bytes(),
        files=tuple(File(file.name, file.read_bytes()) for file in files),
        stdin=facts.stdin.encode(facts.stdin_encoding),
        name=facts.source_name,
        args=facts.args,
        limits=_TIME | facts.limits,
    )
    return Sample(
        path.stem,
        program,
        fails=facts.fails,
        silent=facts.silent,
        starts_cold=facts.starts_cold,
        last_python=facts.last_python,
    )


def _long_program() -> Sample:
    """A program of 20,000 lines and names, which nobody would want to have written down."""
    lines = [f"x{number} = {number}" for number in range(20_000)]
    lines.append("print(x19999, sum(name.startswith('x') for name in globals()))\n")
    return Sample(
        "syn_long_program",
        Program("\n".join(lines).encode()),
        fails=False,
        silent=False,
        starts_cold=False,
    )


SAMPLES = (*(_load(path) for path in sorted(FOLDER.glob("*.py"))), _long_program())
GPU_SAMPLES = tuple(_load(path) for path in sorted(FOLDER.glob("gpu/*.py")))
