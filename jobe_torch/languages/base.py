"""A language: declared names, commands and defaults, and the plan it makes of a run spec."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from jobe_torch.cell.wire import File, Job, Limits, Step
from jobe_torch.protocol.limits import Bounds, Defaults, compile_limits, run_limits
from jobe_torch.protocol.parameters import COMMON
from jobe_torch.protocol.run_spec import RunSpec

__all__ = ["Args", "Command", "Language", "Version"]


class Args(Enum):
    """The places in a command where a list of arguments goes."""

    COMPILE = "compileargs"
    LINK = "linkargs"
    INTERPRETER = "interpreterargs"
    RUN = "runargs"


Command = tuple[str | Args, ...]
"""Words of a command: ``{source}`` and ``{target}`` are names, an `Args` a list of words."""


@dataclass(frozen=True, slots=True)
class Version:
    """How to ask a language's tool for its version."""

    command: tuple[str, ...]
    pattern: str
    """Its first group is the version."""

    def find(self, output: str) -> str:
        """The version in what the tool said; ``Unknown`` when it is not there."""
        found = re.search(self.pattern, output)
        return found[1] if found else "Unknown"


@dataclass(frozen=True)
class Language:
    """One language, as protocol reference §7 has it. Quirks are methods to override."""

    id: str
    source_name: str
    version: Version
    run: Command
    compile: Command | None = None
    copy_suffix: str = ""
    """The reference leaves a copy of the source under its name with this at the end."""
    own_parameters: frozenset[str] = frozenset()
    """Names of parameters that no other language has."""
    default_args: Mapping[Args, tuple[str, ...]] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters that it uses."""
        words = (*(self.compile or ()), *self.run)
        arguments = {word.value for word in words if isinstance(word, Args)}
        ignored = {"memorylimit"} if self.defaults.ignores_memory else set()
        return (COMMON | arguments | self.own_parameters) - ignored

    def plan(self, spec: RunSpec, files: tuple[File, ...], *, job_id: str, bounds: Bounds) -> Job:
        """The job that executes a run spec.

        Args:
            spec: What the client asks for.
            files: The contents of ``spec.files``; one may replace the source.
            job_id: Names the job to the cell.
            bounds: What this server gives at most.
        """
        source = self.source_file(spec)
        written = (File(source, spec.source.encode()), *files)
        limits = run_limits(spec.parameters.wanted, self.defaults, bounds)
        return Job(
            id=job_id,
            files=written + self._copy(source, written),
            stdin=spec.stdin.encode(),
            compile=self._compile_step(spec, source, compile_limits(limits, bounds)),
            run=Step(tuple(self._words(self.run, spec, source)), limits),
            gpu=spec.parameters.gpu,
        )

    def source_file(self, spec: RunSpec) -> str:
        """The name of the source file."""
        return spec.source_name or self.source_name

    def target(self, spec: RunSpec, source: str) -> str:  # noqa: ARG002 - for overrides
        """What the run command is told to run."""
        return source

    def compile_text(self, stdout: bytes, stderr: bytes) -> bytes:  # noqa: ARG002 - for overrides
        """What the student reads of a failed compile step."""
        return stderr

    def run_stderr(self, stderr: bytes) -> bytes:
        """The run step's stderr without what the tool alone put there."""
        return stderr

    def arguments(self, spec: RunSpec, which: Args) -> tuple[str, ...]:
        """One list of arguments: the request's replaces the default as a whole."""
        asked = {
            Args.COMPILE: spec.parameters.compile_args,
            Args.LINK: spec.parameters.link_args,
            Args.INTERPRETER: spec.parameters.interpreter_args,
            Args.RUN: spec.parameters.run_args,
        }[which]
        return self.default_args.get(which, ()) if asked is None else asked

    def _copy(self, source: str, written: tuple[File, ...]) -> tuple[File, ...]:
        """Octave, told to run ``prog``, runs ``prog.m`` if it is there."""
        if not self.copy_suffix:
            return ()
        last = [file.content for file in written if file.name == source][-1]
        return (File(source + self.copy_suffix, last),)

    def _compile_step(self, spec: RunSpec, source: str, limits: Limits) -> Step | None:
        if self.compile is None:
            return None
        return Step(tuple(self._words(self.compile, spec, source)), limits)

    def _words(self, command: Command, spec: RunSpec, source: str) -> Iterator[str]:
        for word in command:
            if isinstance(word, Args):
                yield from self.arguments(spec, word)
            else:
                yield word.format(source=source, target=self.target(spec, source))
