"""Whether a server can listen at an address, found out before it is one."""

from __future__ import annotations

import socket

__all__ = ["why_not"]


def why_not(host: str, port: int) -> OSError | None:
    """What would keep a server from listening there; None if nothing does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None
