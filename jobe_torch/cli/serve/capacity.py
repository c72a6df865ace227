"""How many threads the server has, and how many connections."""

from __future__ import annotations

import resource

from jobe_torch.cli.serve.worker import SLOW_CLIENTS
from jobe_torch.config import Settings

__all__ = ["connections", "files_wanted", "threads"]

OTHER_THREADS = 16
"""For requests that neither run, nor wait, nor are being read."""
GPU_CELLS = 128
"""As many as any server has: how many there are is known later, and threads are made at need."""
IDLE_CONNECTIONS = 4096
"""Also of who floods us: others are not taken before it, so there should be room for both."""
FILES_PER_CONNECTION = 2
"""Itself, and a file that its request reads or writes. What cells need is far less."""


def threads(settings: Settings) -> int:
    """One for each run that executes or waits, each slow client, and others."""
    on_gpus = GPU_CELLS + settings.line_length if settings.gpus else 0
    return settings.cells + settings.line_length + on_gpus + 2 * SLOW_CLIENTS + OTHER_THREADS


def files_wanted(settings: Settings) -> int:
    """Open files with which the server can have all connections that it would take."""
    return FILES_PER_CONNECTION * (threads(settings) + IDLE_CONNECTIONS)


def connections(settings: Settings) -> int:
    """Connections at one time; others wait to be taken. Raises the process's bound of open files.

    The usual bound is 1024.
    """
    most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    return min(files_wanted(settings), most_files) // FILES_PER_CONNECTION
