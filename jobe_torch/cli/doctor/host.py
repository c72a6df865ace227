"""The doctor's look at the machine: the port, the disk, memory."""

from __future__ import annotations

import errno
import resource
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jobe_torch.backends.cgroup import make_group
from jobe_torch.cli.address import why_not
from jobe_torch.cli.doctor.finding import Finding, Mark
from jobe_torch.cli.serve.capacity import FILES_PER_CONNECTION, files_wanted
from jobe_torch.config import Settings

__all__ = ["check_host"]

IDLE_CELL_BYTES = 240 << 20
"""A cell's own memory, with torch imported."""


def check_host(settings: Settings) -> Iterator[Finding]:
    """Look at what needs no cell."""
    yield _port(settings)
    yield _files(settings)
    yield _open_files(settings)
    yield _memory(settings)
    yield _control_groups(settings)


def _port(settings: Settings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    error = why_not(settings.host, settings.port)
    if error is None:
        return Finding(Mark.PASS, "address", f"{where} is free")
    if error.errno == errno.EADDRINUSE:
        repair = "stop what listens there (a jobe-torch already?), or --port 4001"
        return Finding(Mark.CAUTION, "address", f"{where} is taken", repair)
    repair = "give --host an address of this machine and --port one you may have"
    return Finding(Mark.FAIL, "address", f"{where}: {error.strerror}", repair)


def _files(settings: Settings) -> Finding:
    directory = settings.files_directory
    repair = "give --files-directory a directory that this user may write"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=directory):
            free = shutil.disk_usage(directory).free
    except OSError as error:
        return Finding(Mark.FAIL, "files", f"{directory}: {error.strerror}", repair)
    if free < settings.files_max_bytes:
        detail = f"{directory} has {free >> 20} MB left, files_max_bytes is more"
        return Finding(Mark.CAUTION, "files", detail, f"--files-max-bytes {free >> 21}M")
    return Finding(Mark.PASS, "files", f"{directory}, {free >> 20} MB free")


def _open_files(settings: Settings) -> Finding:
    wanted, most = files_wanted(settings), resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most < wanted:
        detail = f"{most} at most, so {most // FILES_PER_CONNECTION} connections at one time"
        repair = f"ulimit -Hn {wanted} (LimitNOFILE={wanted} in a systemd service)"
        return Finding(Mark.CAUTION, "open files", detail, repair)
    return Finding(Mark.PASS, "open files", f"{most} at most")


def _memory(settings: Settings) -> Finding:
    needed = settings.cells * IDLE_CELL_BYTES + settings.memory_max_bytes
    lines = Path("/proc/meminfo")
    if not lines.exists():
        return Finding(Mark.SKIPPED, "memory", "this system does not say")
    values = dict(line.split(":", 1) for line in lines.read_text().splitlines())
    available = int(values["MemAvailable"].split()[0]) << 10
    detail = (
        f"{available >> 20} MB available; {settings.cells} cells at rest and the largest "
        f"run take {needed >> 20} MB"
    )
    if available < needed:
        return Finding(Mark.CAUTION, "memory", detail, "--cells 1 or --memory-max-bytes 1G")
    return Finding(Mark.PASS, "memory", detail)


def _control_groups(settings: Settings) -> Finding:
    group = make_group("jobe-torch-doctor", memory_bytes=settings.memory_max_bytes, processes=64)
    if group is None:
        return Finding(
            Mark.CAUTION,
            "control groups",
            "not ours to make: a run that shares memory between processes is not stopped",
            "run as root, as a systemd service with Delegate=yes, or by "
            "systemd-run --user --scope -p Delegate=yes",
        )
    group.remove()
    return Finding(Mark.PASS, "control groups", "they bound each cell's memory and processes")
