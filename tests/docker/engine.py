"""The engine as the tests see it: directly, past every gate."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from docker.api.client import APIClient
from docker.errors import APIError

from jobe_torch.backends.container import LABEL, owner
from jobe_torch.config import load
from tests.census import children

__all__ = ["Containers", "agent_of", "wait_for", "zygote_of"]

_T = TypeVar("_T")
_PATIENCE_SECONDS = 60.0


class Containers:
    """Those of one server, which no other test's server has the name of."""

    def __init__(self, server: str, url: str = "") -> None:
        self.server = server
        self.url = url or load(environment=os.environ).docker_host
        self.client = APIClient(self.url, version="auto")

    def ids(self) -> set[str]:
        """All, also those that do not run."""
        return {
            one["Id"]
            for gpu in (False, True)
            for one in self.client.containers(
                all=True, filters={"label": f"{LABEL}={owner(self.server, gpu=gpu)}"}
            )
        }

    def describe(self, container: str) -> dict[str, Any]:
        """What the engine says of one."""
        described: dict[str, Any] = self.client.inspect_container(container)
        return described

    def root_pid(self, container: str) -> int:
        """The host's number of a container's first process."""
        return int(self.describe(container)["State"]["Pid"])

    def close(self) -> None:
        """Remove what is left."""
        for container in self.ids():
            with suppress(APIError):  # it may be removing itself
                self.client.remove_container(container, force=True)
        self.client.close()


def agent_of(root: int) -> int:
    """The agent: the one child of a container's first process."""
    (agent,) = children(root)
    return agent


def zygote_of(root: int) -> int:
    """The zygote: the agent's child that has the interpreter's name of runs."""
    return next(
        pid
        for pid in children(agent_of(root))
        if b"__tester__" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


def wait_for(question: Callable[[], _T]) -> _T:
    """The first answer that is true.

    Raises:
        TimeoutError: there was none.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{question} stays {answer!r}")
        time.sleep(0.02)
    return answer
