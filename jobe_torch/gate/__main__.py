"""``python -m jobe_torch.gate --listen SOCKET``: the gate, by the server's own settings.

``docker_host`` is the engine behind the gate here; for the server it is the gate.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import click

from jobe_torch.backends.container import Container
from jobe_torch.cli.options import with_settings
from jobe_torch.config import Settings
from jobe_torch.gate.relay import serve
from jobe_torch.gate.rules import Rules

_SCHEME = "unix://"


@click.command()
@click.option("--listen", required=True, type=click.Path(path_type=Path), help="Socket to make.")
@with_settings
def main(settings: Settings, *, listen: Path) -> None:
    """Stand between a server and the Docker Engine of this host."""
    if not settings.docker_host.startswith(_SCHEME):
        raise click.UsageError(f"docker_host: {settings.docker_host} is no unix:// socket")
    engine = settings.docker_host.removeprefix(_SCHEME)
    rules = Rules(Container.of(settings), settings.docker_name)
    asyncio.run(serve(_make(listen), lambda: asyncio.open_unix_connection(engine), rules))


def _make(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o666)  # the folder it lies in is shared with the server only
    return listener


if __name__ == "__main__":
    main()
