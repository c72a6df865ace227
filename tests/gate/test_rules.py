"""The gate lets through what the server asks for, and nothing that resembles it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from jobe_torch.backends.container import LEVELS, PATIENT_SHARES, SHARES, Container, Place
from jobe_torch.cell.jail import Level
from jobe_torch.config import Settings
from jobe_torch.gate.rules import Refused, Request, Rules

ID = "0123456789abcdef" * 4
CONTAINER = Container.of(Settings())
RULES = Rules(CONTAINER, "mine")
OURS = {"label": ["io.jobe-torch.server=mine"]}
LIST = f"/v1.41/containers/json?all=1&filters={json.dumps(OURS, separators=(',', ':'))}"


def create(body: object) -> Request:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", "/v1.41/containers/create?name=a", text)


def wanted(module: str = "agent", **place: Any) -> dict[str, Any]:  # noqa: ANN401 - a place's own
    where = Place(**{"server": "mine", "slot": 0, "level": Level.USERNS, **place})
    return CONTAINER.request(where, module, attached=module == "agent")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("module", ["agent", "probe"])
@pytest.mark.parametrize("slot", [0, 1, 1023])
def test_a_cell_of_this_server_passes(level: Level, module: str, slot: int) -> None:
    body = wanted(module, level=level, slot=slot)
    passed = RULES.check(create(body))
    assert json.loads(passed.request.body) == body
    assert passed.container is None


def host(**changes: object) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["HostConfig"].update(changes)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(host(Binds=["/:/host"]), id="a folder of the host"),
        pytest.param(host(Mounts=[{"Type": "bind"}]), id="a mount"),
        pytest.param(host(Privileged=True), id="privileged"),
        pytest.param(host(Privileged=1), id="privileged by another name for true"),
        pytest.param(host(CapAdd=["SYS_ADMIN"]), id="another level's capabilities"),
        pytest.param(host(NetworkMode="host"), id="a network"),
        pytest.param(host(PidMode="host"), id="the host's processes"),
        pytest.param(host(Devices=[{"PathOnHost": "/dev/sda"}]), id="a device"),
        pytest.param(host(SecurityOpt=["seccomp=unconfined"]), id="no seccomp"),
        pytest.param(host(Memory=0), id="no memory bound"),
        pytest.param(lambda body: body["HostConfig"].pop("PidsLimit"), id="a field left out"),
        pytest.param(lambda body: body.update(hostconfig={"Privileged": True}), id="other case"),
        pytest.param(lambda body: body.update(Image="other"), id="another image"),
        pytest.param(lambda body: body.update(User="1:1"), id="another user"),
        pytest.param(lambda body: body.update(Labels={}), id="no label"),
        pytest.param(lambda body: body["Cmd"].insert(1, "-x"), id="another command"),
        pytest.param(lambda body: body.pop("Cmd"), id="no command"),
    ],
)
def test_any_other_container_is_refused(spoil: Callable[[dict[str, Any]], object]) -> None:
    body = wanted()
    spoil(body)
    with pytest.raises(Refused):
        RULES.check(create(body))


@pytest.mark.parametrize(
    "place", [{"server": "other"}, {"slot": 1025}, {"slot": -1}], ids=["server", "slot", "below"]
)
def test_a_place_that_is_not_this_servers_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        RULES.check(create(wanted(**place)))


def test_the_engine_gets_our_words_and_not_the_clients() -> None:
    # Python takes the last of two fields of one name; the engine would merge them.
    text = json.dumps(wanted()).encode()
    doubled = b'{"HostConfig": {"Binds": ["/:/host"]}, ' + text[1:]
    sent = RULES.check(create(doubled)).request.body
    assert b"Binds" not in sent
    assert json.loads(sent) == wanted()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"Cmd": []}', b'{"Cmd": ["{}"]}'])
def test_what_describes_no_container_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        RULES.check(create(body))


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/version"),
        ("GET", "/_ping"),
        ("GET", LIST),
    ],
    ids=["version", "ping", "list"],
)
def test_questions_pass(method: str, target: str) -> None:
    assert RULES.check(Request(method, target)).container is None


@pytest.mark.parametrize(
    ("method", "what"),
    [("POST", "/start"), ("POST", "/attach?stream=1"), ("POST", "/wait"), ("DELETE", "?force=1")],
)
def test_what_is_done_to_a_container_names_it(method: str, what: str) -> None:
    passed = RULES.check(Request(method, f"/v1.44/containers/{ID}{what}"))
    assert passed.container == ID


def update(body: bytes) -> Request:
    return Request("POST", f"/v1.44/containers/{ID}/update", body)


@pytest.mark.parametrize("shares", [PATIENT_SHARES, SHARES])
def test_a_container_may_be_told_to_let_others_go_first(shares: int) -> None:
    kept = b'"Memory": %d, "MemorySwap": %d}' % ((CONTAINER.memory_bytes,) * 2)
    passed = RULES.check(update(b'{"CpuShares": 7, "CpuShares": %d.0, ' % shares + kept))
    assert passed.container == ID
    assert passed.request.body == b'{"CpuShares": %d, ' % shares + kept


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b"[]",
        b"{}",
        b'{"CpuShares": 262144}',
        b'{"CpuShares": 0}',
        b'{"cpushares": 1024}',
        b'{"CpuShares": 1024}',
        b'{"CpuShares": 1024, "Memory": 0, "MemorySwap": 0}',
        b'{"PidsLimit": -1}',
    ],
)
def test_nothing_else_of_a_container_changes(body: bytes) -> None:
    with pytest.raises(Refused):
        RULES.check(update(body))


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/containers/json"),
        ("GET", "/containers/json?filters={}"),
        ("GET", LIST + "&filters={}"),
        ("GET", LIST.replace("mine", "other")),
        ("GET", f"/containers/{ID}/json"),
        ("GET", f"/containers/{ID}/archive?path=/"),
        ("PUT", f"/containers/{ID}/archive?path=/"),
        ("POST", f"/containers/{ID}/exec"),
        ("POST", f"/containers/{ID}/update"),
        ("DELETE", "/containers/some-name"),
        ("DELETE", f"/containers/{ID.upper()}"),
        ("POST", "/containers/prune"),
        ("POST", "/images/create?fromImage=a"),
        ("DELETE", "/images/jobe-torch-cell"),
        ("POST", "/build"),
        ("GET", "/info"),
        ("GET", "/events"),
        ("POST", "/volumes/create"),
        ("POST", "/v1.41/../containers/create"),
        ("POST", f"/containers/{ID}/start/../exec"),
        ("POST", f"/containers/{ID}%2fexec"),
        ("POST", f"//containers/{ID}/start"),
        ("POST", f"http://engine/containers/{ID}/exec"),
        ("GET", "/version#"),
        ("GET", "/version\t"),
    ],
)
def test_everything_else_is_refused(method: str, target: str) -> None:
    with pytest.raises(Refused):
        RULES.check(Request(method, target))


def test_only_a_new_container_has_a_description() -> None:
    with pytest.raises(Refused):
        RULES.check(Request("POST", f"/containers/{ID}/start", b'{"Binds": ["/:/host"]}'))


@pytest.mark.parametrize(
    ("labels", "ours"),
    [({"io.jobe-torch.server": "mine"}, True), ({"io.jobe-torch.server": "other"}, False),
     ({}, False), (None, False)],
)  # fmt: skip
def test_the_label_decides_whose_a_container_is(
    labels: dict[str, str] | None, *, ours: bool
) -> None:
    assert RULES.owns({"Config": {"Labels": labels}}) is ours
