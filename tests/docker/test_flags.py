"""The outer wall, read back from the engine and felt from inside, at each level."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.container import LABEL, LEVELS
from jobe_torch.backends.docker import DockerCell
from jobe_torch.cell.jail import Level
from tests.absent import absent
from tests.cells import CELL_MEMORY_BYTES, Program, inspect, open_docker

_CAPABILITIES = {
    Level.USERNS: {"SETGID", "SETUID"},
    Level.CAPS: {
        "CHOWN", "NET_ADMIN", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN", "SYS_CHROOT",
    },
    Level.USERNS1: set(),
}  # fmt: skip

_LOOK_AROUND = b"""
import json, os, resource, socket
def text(path):
    with open(path) as file:
        return file.read()
def refused(path):
    try:
        open(path, "w").close()
    except OSError as error:
        return error.strerror
status = dict(line.split(":", 1) for line in text("/proc/self/status").splitlines())
print(json.dumps({
    "uid": os.getuid(),
    "hostname": socket.gethostname(),
    "capabilities": {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")}
        == {0},
    "no_new_privs": status["NoNewPrivs"].strip(),
    "filters": int(status["Seccomp_filters"]),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "root": refused("/a"), "usr": refused("/usr/a"), "etc": refused("/etc/a"),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "mounts": sorted({line.split()[1] for line in text("/proc/self/mounts").splitlines()}),
    "sys": sorted(os.listdir("/sys")),
    "user": __import__("getpass").getuser(),
}))
"""


@pytest.fixture(scope="module", params=LEVELS, ids=str)
def cell(request: pytest.FixtureRequest) -> Iterator[DockerCell]:
    try:
        backend = open_docker(request.param)
    except BackendError as error:
        absent(f"a container of level {request.param}: {error}")
    cell = backend.start_cell(0)
    yield cell
    cell.close()
    backend.close()


@pytest.fixture(scope="module")
def described(cell: DockerCell) -> dict[str, Any]:
    return inspect(cell)


def test_the_engine_knows_every_limit(cell: DockerCell, described: dict[str, Any]) -> None:
    host = described["HostConfig"]
    level = Level(cell.ready.jail)
    added = {name.removeprefix("CAP_") for name in host["CapAdd"] or ()}
    assert host["CapDrop"] == ["ALL"]
    assert added == _CAPABILITIES[level]
    options = {option.partition("=")[0]: option for option in host["SecurityOpt"]}
    assert set(options) == {"no-new-privileges:true", "seccomp", "apparmor"}
    assert json.loads(options["seccomp"].partition("=")[2])["defaultAction"] == "SCMP_ACT_ERRNO"
    expected = {
        "AutoRemove": True,
        "Binds": None,
        "CgroupnsMode": "private",
        "CpuShares": 1024,  # while it warmed up they were fewer
        "Devices": None,
        "IpcMode": "private",
        "Memory": CELL_MEMORY_BYTES,
        "MemorySwap": CELL_MEMORY_BYTES,
        "NanoCpus": 1_000_000_000,
        "NetworkMode": "none",
        "PidMode": "",
        "PidsLimit": 512,
        "Privileged": False,
        "ReadonlyRootfs": True,
        "UTSMode": "",
        "UsernsMode": "",
        "VolumesFrom": None,
    }
    assert {name: host[name] or None for name in expected} == {
        name: value or None for name, value in expected.items()
    }
    assert host["LogConfig"]["Type"] == "none"
    assert {limit["Name"]: limit["Hard"] for limit in host["Ulimits"]} == {
        "core": 1,
        "nofile": 4096,
    }
    assert described["Mounts"] == []
    assert described["Config"]["Env"] == ["PATH=" + _path(described)]
    assert LABEL in described["Config"]["Labels"]
    root = "200000:200000" if level is Level.USERNS1 else "0:0"
    assert described["Config"]["User"] == root


def _path(described: dict[str, Any]) -> str:
    """The engine's own PATH, which it adds to an empty environment."""
    value: str = described["Config"]["Env"][0]
    return value.removeprefix("PATH=")


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_a_run_feels_every_wall(cell: DockerCell, *, warm: bool) -> None:
    report = cell.run(Program(_LOOK_AROUND).job("look", warm=warm))
    assert report.run is not None
    assert report.run.stderr == b""
    seen = json.loads(report.run.stdout)
    assert seen["uid"] == (201_000 if cell.ready.jail == Level.CAPS else 1000)
    assert seen["filters"] >= 2  # the container's and the cell's
    refused = "Read-only file system"
    assert seen == seen | {
        "hostname": "jobe",
        "capabilities": True,
        "no_new_privs": "1",
        "interfaces": ["lo"],
        "root": refused,
        "usr": refused,
        "etc": refused,
        "core": [1, 1],
        "sys": ["devices"],
        "user": "jobe",
    }
    assert {"/tmp", "/dev/shm", "/dev/mqueue", "/proc", "/usr"} <= set(seen["mounts"])
    assert not any("docker" in mount or mount == "/sys" for mount in seen["mounts"])
