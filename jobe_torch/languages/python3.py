"""Python 3: checked by ``py_compile``, run warm where a spare can do it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from jobe_torch.cell.wire import File, Job
from jobe_torch.languages.base import Args, Language, Version
from jobe_torch.languages.loaded import LOADED
from jobe_torch.languages.unimported import uses_unimported
from jobe_torch.languages.watching import watches_imports
from jobe_torch.protocol.limits import MB, Bounds, Defaults
from jobe_torch.protocol.run_spec import RunSpec

__all__ = ["PYTHON3"]


class _Python3(Language):
    def plan(self, spec: RunSpec, files: tuple[File, ...], *, job_id: str, bounds: Bounds) -> Job:
        job = super().plan(spec, files, job_id=job_id, bounds=bounds)
        source = self.source_file(spec)
        # A spare has been started with the default flags and cannot change them.
        default = self.arguments(spec, Args.INTERPRETER) == self.default_args[Args.INTERPRETER]
        fresh = any(_replaces_module(file) or _tells_a_spare(file, source) for file in job.files)
        return replace(
            job,
            warm=default and not fresh,
            source=source,
            run_args=len(self.arguments(spec, Args.RUN)),
        )


def _replaces_module(file: File) -> bool:
    """Whether a program may import this file where a spare has the real module already."""
    name, _, suffix = file.name.partition(".")
    return name in LOADED and suffix.endswith(("py", "pyc", "so"))


def _tells_a_spare(file: File, source: str) -> bool:
    """Whether this file is of the program and does something else in a spare."""
    if file.name != source and not file.name.endswith(".py"):
        return False
    return (_known if len(file.content) < _KEPT_BYTES else _does)(file.content)


def _does(text: bytes) -> bool:
    return uses_unimported(text) or watches_imports(text)


_known = lru_cache(maxsize=64)(_does)
"""Looks once at what a question brings to each of its runs: that takes a millisecond."""
_KEPT_BYTES = 1 << 16


PYTHON3 = _Python3(
    id="python3",
    source_name="prog.py",
    version=Version(("python3", "--version"), r"Python (\S+)"),
    compile=("python3", "-m", "py_compile", "{source}"),
    run=("python3", Args.INTERPRETER, "{source}", Args.RUN),
    default_args={Args.INTERPRETER: ("-BE",)},
    defaults=Defaults(memory_bytes=1000 * MB),
)
