"""Which requests the gate lets through."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from jobe_torch.backends.container import (
    LABEL,
    LEVELS,
    PATIENT_SHARES,
    SHARES,
    Container,
    Place,
    owner,
)

__all__ = ["Passed", "Refused", "Request", "Rules"]

_TARGET = re.compile(r"(?:/v1\.[0-9]{1,2})?(/[a-z0-9_/]+)(?:\?([!-\"$-~]*))?")
_ABOUT_ONE = re.compile(r"/containers/([0-9a-f]{64})(?:/([a-z]+))?")
_SLOTS = range(1025)  # one more than there are cells at most, for a successor
_MODULES = {"agent": True, "probe": False}
"""What a container may execute, and whether it lives as long as it is attached to."""
_VERBS = {("POST", "start"), ("POST", "attach"), ("POST", "wait"), ("DELETE", None)}


class Refused(Exception):
    """The request may not pass; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as far as the engine gets to see it."""

    method: str
    target: str
    body: bytes = b""

    @property
    def attaches(self) -> bool:
        """Whether the connection becomes a container's stream, if the engine agrees."""
        return self.target.partition("?")[0].endswith("/attach")


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that may pass."""

    request: Request
    container: str | None = None
    """If this one bears our label."""


class Rules:
    """The rules for one server.

    Args:
        container: what its containers are like.
        server: what its containers are labelled with.
    """

    def __init__(self, container: Container, server: str) -> None:
        self._container = container
        self._server = server
        self._owners = {owner(server, gpu=gpu) for gpu in (False, True)}

    def check(self, request: Request) -> Passed:
        """Let a request pass.

        Raises:
            Refused: it may not.
        """
        match = _TARGET.fullmatch(request.target)
        if match is None:
            raise Refused("no such request is ever made")
        path, query = match.groups(default="")
        known = (request.method, path)
        if known == ("POST", "/containers/create"):
            return Passed(replace(request, body=self._check_container(request.body)))
        about = _ABOUT_ONE.fullmatch(path)
        if about is not None and (request.method, about[2]) == ("POST", "update"):
            return Passed(replace(request, body=self._check_update(request.body)), about[1])
        if request.body not in {b"", b"null"}:
            raise Refused("only a new container needs a description")
        bare = replace(request, body=b"")
        if known in {("GET", "/version"), ("GET", "/_ping"), ("HEAD", "/_ping")}:
            return Passed(bare)
        if known == ("GET", "/containers/json"):
            self._check_list(query)
            return Passed(bare)
        if about is None or (request.method, about[2]) not in _VERBS:
            raise Refused(f"{request.method} {path} is not for this server")
        return Passed(bare, about[1])

    def owns(self, description: Any) -> bool:  # noqa: ANN401 - the engine's JSON
        """Whether "ContainerInspect" describes one of our containers."""
        labels = description["Config"]["Labels"] or {}
        return labels.get(LABEL) in self._owners

    def _check_list(self, query: str) -> None:
        filters = parse_qs(query).get("filters", [])
        ours = [{"label": [f"{LABEL}={owner}"]} for owner in self._owners]
        if len(filters) != 1 or json.loads(filters[0]) not in ours:
            raise Refused("only this server's own containers may be listed")

    def _check_container(self, body: bytes) -> bytes:
        """The request must be one that we would make, to the last field; ours is what is sent.

        A reader in another language may understand the client's bytes differently: names in
        other cases, names given twice.
        """
        try:
            asked = json.loads(body)
            place = self._place_of(json.loads(asked["Cmd"][-1]))
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise Refused("this is no request for a cell") from error
        for module, attached in _MODULES.items():
            ours = self._container.request(place, module, attached=attached)
            if ours == asked:
                return json.dumps(ours).encode()
        raise Refused(
            "the container is not as the gate's settings say: give it those of the server"
        )

    def _check_update(self, body: bytes) -> bytes:
        """A container may be told to let others go first, and no more; as in `_check_container`."""
        bound = self._container.memory_bytes
        for shares in (PATIENT_SHARES, SHARES):
            ours = {"CpuShares": shares, "Memory": bound, "MemorySwap": bound}
            with contextlib.suppress(ValueError):
                if json.loads(body) == ours:
                    return json.dumps(ours).encode()
        raise Refused("only its share of the processors can change")

    def _place_of(self, config: dict[str, Any]) -> Place:
        uuid = config["gpu"] and config["gpu"]["uuid"]
        gpu = {one.uuid: one for one in self._container.gpus}[uuid] if uuid else None
        for slot in _SLOTS:
            for level in LEVELS:
                place = Place(self._server, slot, level, gpu)
                if (place.first_id, level.value) == (config["first_id"], config["level"]):
                    return place
        raise ValueError("no place of ours")
