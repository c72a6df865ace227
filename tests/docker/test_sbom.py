"""The bill of materials has what is in the image, Debian's and Python's."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from jobe_torch.backends.docker import DockerBackend
from jobe_torch.config import load
from scripts.sbom import bill_of
from tests.absent import absent

PINS = (Path(__file__).parents[2] / "docker/cell-requirements.txt").read_text().splitlines()


@pytest.fixture(scope="module")
def bill(backend: DockerBackend) -> dict[str, tuple[str, str]]:
    """Versions and package URLs by name."""
    del backend  # only that there is an engine with our image
    if not shutil.which("docker"):
        absent("the docker command")
    bill = json.loads(bill_of(load(environment=os.environ).docker_image))
    assert bill["bomFormat"] == "CycloneDX"
    return {one["name"]: (one["version"], one["purl"]) for one in bill["components"]}


@pytest.mark.parametrize("pin", [line for line in PINS if "==" in line])
def test_what_was_pinned_is_there(bill: dict[str, tuple[str, str]], pin: str) -> None:
    name, _, pinned = pin.partition("==")
    version, purl = bill[name]
    assert version.partition("+")[0] == pinned
    assert purl.startswith(f"pkg:pypi/{name}@{pinned}")


@pytest.mark.parametrize("package", ["libc6", "libseccomp2", "python3.11-minimal"])
def test_debians_packages_are_there(bill: dict[str, tuple[str, str]], package: str) -> None:
    assert bill[package][1].startswith(f"pkg:deb/debian/{package}@")
