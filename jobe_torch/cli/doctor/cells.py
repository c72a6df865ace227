"""The doctor's look at local cells: the interpreter, the walls, a program in one."""

from __future__ import annotations

import ctypes.util
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.local import LocalBackend
from jobe_torch.cell.install import HOOK_NAME
from jobe_torch.cell.jail import Level
from jobe_torch.cell.wire import Job
from jobe_torch.cli.assemble import make_backend
from jobe_torch.cli.doctor.finding import Finding, Mark
from jobe_torch.cli.one_cell import one_cell
from jobe_torch.config import BackendKind, Settings
from jobe_torch.http.app import bounds
from jobe_torch.languages.python3 import PYTHON3
from jobe_torch.protocol.limits import Wanted
from jobe_torch.protocol.parameters import Parameters
from jobe_torch.protocol.run_spec import RunSpec

__all__ = ["check_cells", "torch_job"]

_QUESTION = f"""
import importlib.metadata, json, pathlib, platform, sysconfig
versions = {{}}
for name in ("torch", "numpy"):
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
hook = pathlib.Path(sysconfig.get_path("purelib"), {HOOK_NAME!r}).exists()
print(json.dumps([platform.python_version(), versions, hook]))
"""
_PROGRAM = "import torch\nprint(torch.ones(1))\n"


def check_cells(settings: Settings) -> Iterator[Finding]:
    """Look at what a cell needs, then at a cell."""
    if settings.backend is BackendKind.DOCKER:
        yield from _in_containers(settings)
        return
    interpreter = list(_interpreter(settings.cell_python))
    yield from interpreter
    if not ctypes.util.find_library("seccomp"):
        yield Finding(
            Mark.CAUTION, "seccomp", "libseccomp is not there", "apt-get install libseccomp2"
        )
    if any(finding.mark is Mark.FAIL for finding in interpreter):
        yield Finding(Mark.SKIPPED, "cell", "needs the interpreter")
        return
    yield _walls(settings)
    yield _cell(settings)


def _in_containers(settings: Settings) -> Iterator[Finding]:
    reason = make_backend(settings).check()
    if reason is not None:
        repair = "start the engine, or give --docker-host"
        yield Finding(Mark.FAIL, "docker", reason, repair)
        yield Finding(Mark.SKIPPED, "cell", "needs the engine")
        return
    yield Finding(Mark.PASS, "docker", f"the engine at {settings.docker_host} answers")
    yield _cell(settings)


def _interpreter(python: Path) -> Iterator[Finding]:
    try:
        asked = subprocess.run(
            [python, "-I", "-c", _QUESTION], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        yield Finding(Mark.FAIL, "cell interpreter", f"{error}", "make .venv-cell/ready")
        return
    version, packages, hook = json.loads(asked.stdout)
    names = ", ".join(f"{name} {number}" for name, number in packages.items())
    if len(packages) == 2:  # noqa: PLR2004 - torch and numpy
        yield Finding(Mark.PASS, "cell interpreter", f"{python}: Python {version}, {names}")
    else:
        detail = f"{python} has {names or 'neither torch nor numpy'}"
        repair = f"make .venv-cell/ready, or {python} -m pip install torch numpy"
        yield Finding(Mark.FAIL, "cell interpreter", detail, repair)
    if not hook:
        repair = f"{sys.executable} -m jobe_torch.cell.install {python}"
        yield Finding(Mark.FAIL, "hook", "the interpreter cannot become a zygote", repair)


def _walls(settings: Settings) -> Finding:
    reason = ""
    for level in Level:
        try:
            LocalBackend(python=settings.cell_python, minimum_level=level)
        except BackendError as error:
            reason = str(error)
            continue
        good = level in {Level.USERNS, Level.CAPS}
        mark = Mark.PASS if good else Mark.CAUTION
        if list(Level).index(level) > list(Level).index(settings.jail_minimum):
            mark = Mark.FAIL
        return Finding(mark, "jail", f"level {level}. {reason}".strip(), "" if good else _rights())
    return Finding(Mark.FAIL, "jail", reason, _rights())


def _rights() -> str:
    """What keeps this user from better walls."""
    for name, bad in (
        ("kernel.apparmor_restrict_unprivileged_userns", "1"),
        ("kernel.unprivileged_userns_clone", "0"),
        ("user.max_user_namespaces", "0"),
    ):
        file = Path("/proc/sys", *name.split("."))
        if file.exists() and file.read_text().strip() == bad:
            return f"sysctl -w {name}={'10000' if 'max' in name else 1 - int(bad)}, or run as root"
    return "run as root, or in a container with the capabilities SETUID, SETGID and SYS_ADMIN"


def torch_job(settings: Settings, program: str) -> Job:
    """A program of Python as a client would send it."""
    spec = RunSpec(
        language_id=PYTHON3.id,
        source=program,
        source_name="",
        stdin="",
        files=(),
        parameters=Parameters(wanted=Wanted()),
        debug=None,
    )
    return PYTHON3.plan(spec, (), job_id="doctor", bounds=bounds(settings))


def _cell(settings: Settings) -> Finding:
    try:
        began = time.monotonic()
        with one_cell(settings) as cell:
            started = time.monotonic()
            step = cell.run(torch_job(settings, _PROGRAM)).run
            ended = time.monotonic()
    except BackendError as error:
        return Finding(Mark.FAIL, "cell", str(error), "see above")
    if step is None or step.stdout != b"tensor([1.])\n" or step.stderr:
        return Finding(Mark.FAIL, "cell", f"a program of torch's went wrong: {step}", "see above")
    detail = (
        f"level {cell.ready.jail}, ready after {started - began:.1f} s, "
        f"{cell.ready.memory_bytes >> 20} MB at rest; "
        f"a program of torch's took {1000 * (ended - started):.0f} ms"
    )
    return Finding(Mark.PASS, "cell", detail)
