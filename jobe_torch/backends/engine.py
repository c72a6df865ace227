"""The few requests that we make to a Docker Engine, and what their failures mean."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from docker.api.client import APIClient
from docker.errors import APIError, DockerException, NotFound
from requests import RequestException

from jobe_torch.backends.attach import AttachedStream
from jobe_torch.backends.base import BackendError

__all__ = ["Engine"]

_log = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 60.0
"""A busy engine takes a second for what takes it 20 ms at rest."""
_PING_SECONDS = 5.0
_UNUSED = "1.41"
"""A version for requests that name none."""
_REMOVE_SECONDS = 30.0
_ATTACH = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


class Engine:
    """An engine that answered. Shared between threads.

    Args:
        url: ``unix:///var/run/docker.sock`` or ``tcp://host:port``.

    Raises:
        BackendError: it does not answer; so do all methods.
    """

    def __init__(self, url: str) -> None:
        with _telling(f"no Docker Engine at {url}"):
            _reach(url)
            self._client = APIClient(url, version="auto", timeout=_PATIENCE_SECONDS)
        self._lock = threading.Lock()
        self._left_behind: set[str] = set()

    @staticmethod
    def ping(url: str) -> None:
        """Ask an engine, without patience, whether it is there."""
        # A client of version "auto" asks for it when it is made, and leaks its connection when
        # it gets no answer.
        with (
            _telling(f"no Docker Engine at {url}"),
            contextlib.closing(APIClient(url, version=_UNUSED)) as client,
        ):
            client.get(f"{client.base_url}/_ping", timeout=_PING_SECONDS).raise_for_status()

    def create(self, request: dict[str, Any], name: str | None = None) -> str:
        """Create a container; returns its id."""
        with _telling("no container"):
            return str(self._client.create_container_from_config(request, name)["Id"])

    def attach(self, container: str, log: Callable[[bytes], None]) -> AttachedStream:
        """Attach to a container that was not started yet."""
        with _telling("no attach stream"):
            return AttachedStream(self._client.attach_socket(container, _ATTACH), log)

    def start(self, container: str) -> None:
        """Start a container."""
        with _telling("container not started"):
            self._client.start(container)

    def set_processor_shares(self, container: str, shares: int, *, memory_bytes: int) -> None:
        """How a container fares beside others, which have 1,024, while processors are scarce.

        Args:
            container: its id.
            shares: what it has.
            memory_bytes: its bound, which stays. Docker 20.10 takes the one on swap away from a
                container that is changed without a word of memory (control groups of version 2).
        """
        with _telling("no processor shares"):
            self._client.update_container(
                container, cpu_shares=shares, mem_limit=memory_bytes, memswap_limit=memory_bytes
            )

    def wait(self, container: str) -> int:
        """Wait for a container's end; returns its exit status."""
        with _telling("container not ended"):
            return int(self._client.wait(container)["StatusCode"])

    def remove(self, container: str) -> None:
        """Kill and remove a container; returns when it is gone.

        Does not raise: what an engine that is away keeps is removed when it is back.
        """
        try:
            self._remove(container)
        except BackendError as error:
            _log.warning("container left behind", container=container, reason=str(error))
            with self._lock:
                self._left_behind.add(container)

    def _remove(self, container: str) -> None:
        deadline = time.monotonic() + _REMOVE_SECONDS
        while True:
            with _telling("container not removed"):
                try:
                    self._client.remove_container(container, force=True, v=True)
                except NotFound:
                    return
                except APIError as error:
                    # It is removing itself, since the agent ended.
                    if error.status_code != 409 or time.monotonic() > deadline:  # noqa: PLR2004 - HTTP
                        raise
            time.sleep(0.02)

    def remove_left_behind(self) -> None:
        """Remove what could not be removed when it should have been."""
        with self._lock:
            left, self._left_behind = self._left_behind, set()
        for container in left:
            self.remove(container)

    def remove_labelled(self, label: str) -> None:
        """Remove every container that bears a label."""
        with _telling("containers not listed"):
            found = self._client.containers(all=True, filters={"label": label})
        for container in found:
            _log.info("orphan removed", container=container["Names"])
            self._remove(container["Id"])

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def _reach(url: str) -> None:
    """Raise `OSError` where nobody listens: the client would leave its socket open."""
    if url.startswith("unix:"):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect("/" + url.removeprefix("unix:").lstrip("/"))


@contextlib.contextmanager
def _telling(what: str) -> Iterator[None]:
    try:
        yield
    except APIError as error:
        raise BackendError(f"{what}: {error.explanation or error}") from error
    except (DockerException, RequestException, OSError) as error:
        raise BackendError(f"{what}: {error}") from error
