"""A full disk under the uploaded files: an honest answer, and nothing that was there is lost."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from jobe_torch.protocol.verdict import Verdict
from tests.absent import absent
from tests.conftest import REST, Server

pytestmark = pytest.mark.cell

SMALL, LARGE = b"kept", os.urandom(2 << 20)
SMALL_ID, LARGE_ID, OTHER_ID = (letter * 32 for letter in "abc")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """One megabyte of disk."""
    if os.geteuid():
        absent("a small disk: root, to mount one")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "jobe-torch", str(folder)]
    subprocess.run(mount, check=True)
    yield folder
    unmount = ["umount", str(folder)]
    subprocess.run(unmount, check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


def put(server: Server, name: str, content: bytes) -> int:
    body = {"file_contents": base64.b64encode(content).decode()}
    return httpx.put(f"{server.url}{REST}/files/{name}", json=body).status_code


def has(server: Server, name: str) -> bool:
    return httpx.head(f"{server.url}{REST}/files/{name}").status_code == httpx.codes.NO_CONTENT


def read(server: Server, name: str) -> tuple[int, str]:
    """What a run finds in an uploaded file."""
    answer = server.run("print(open('a.txt').read())", file_list=[[name, "a.txt"]])
    return answer["outcome"], answer["stdout"]


def test_a_file_that_does_not_fit_is_refused_and_the_others_stay(
    start_server: Callable[..., Server], disk: Path, cell_python: Path
) -> None:
    start = {"cell_python": cell_python, "cells": 1, "files_directory": disk / "files"}
    server = start_server(**start)
    server.wait_until("/readyz")
    assert put(server, SMALL_ID, SMALL) == httpx.codes.NO_CONTENT
    before = sorted(disk.rglob("*"))

    assert put(server, LARGE_ID, LARGE) == httpx.codes.INTERNAL_SERVER_ERROR
    assert not has(server, LARGE_ID)
    assert sorted(disk.rglob("*")) == before
    # Not even a new version of a file spoils the old one.
    assert put(server, SMALL_ID, LARGE) == httpx.codes.INTERNAL_SERVER_ERROR
    assert read(server, SMALL_ID) == (Verdict.SUCCESS, "kept\n")

    filler = fill(disk)
    assert put(server, OTHER_ID, b"other") == httpx.codes.INTERNAL_SERVER_ERROR
    assert read(server, SMALL_ID) == (Verdict.SUCCESS, "kept\n")
    assert server.end() == 0

    # A server that starts on a full disk serves too, and goes on when there is room.
    server = start_server(**start)
    server.wait_until("/readyz")
    assert read(server, SMALL_ID) == (Verdict.SUCCESS, "kept\n")
    filler.unlink()
    assert put(server, OTHER_ID, b"other") == httpx.codes.NO_CONTENT
    assert read(server, OTHER_ID) == (Verdict.SUCCESS, "other\n")
