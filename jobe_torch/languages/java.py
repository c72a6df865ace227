"""Java, whose file and class names depend on each other."""

from __future__ import annotations

import re

from jobe_torch.languages.base import Args, Language, Version
from jobe_torch.protocol.limits import Defaults
from jobe_torch.protocol.run_spec import RunSpec

__all__ = ["JAVA"]

_PUBLIC_CLASS = re.compile(r"public\s+class\s+(\w+)")
_MAIN = re.compile(r"(?:public\s+static|static\s+public)\s+void\s+main\s*\(\s*String")


class _Java(Language):
    def source_file(self, spec: RunSpec) -> str:
        if spec.source_name:
            return spec.source_name
        main = _main_class(spec.source)
        return f"{main}.java" if main else self.source_name

    def target(self, spec: RunSpec, source: str) -> str:
        return spec.parameters.main_class or source.split(".", 1)[0]

    def run_stderr(self, stderr: bytes) -> bytes:
        return stderr.replace(b"\n\t", b"\n        ")


def _main_class(source: str) -> str | None:
    """The one public class that a main method follows, if there is just one."""
    names = []
    at = 0
    # Each step goes past the method it found: linear also in a hostile source.
    while (found := _PUBLIC_CLASS.search(source, at)) and (
        main := _MAIN.search(source, found.end())
    ):
        names.append(found[1])
        at = main.end()
    return names[0] if len(names) == 1 else None


JAVA = _Java(
    id="java",
    source_name="prog.java",
    version=Version(("java", "-version"), r'version "([\d._]+)'),
    compile=("javac", Args.COMPILE, "{source}"),
    run=("java", Args.INTERPRETER, "{target}", Args.RUN),
    own_parameters=frozenset({"main_class"}),
    default_args={Args.INTERPRETER: ("-Xrs", "-Xss8m", "-Xmx200m")},
    # The virtual machine bounds its own memory and starts many threads.
    defaults=Defaults(processes=256, least_processes=256, ignores_memory=True),
)
