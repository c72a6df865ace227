"""What is in an image, as a CycloneDX bill of materials: ``python scripts/sbom.py IMAGE...``.

The image itself is asked, without a network: dpkg for Debian's packages, and the Python of
its virtual environment for its own. Nothing that was built is taken on trust.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

_FOLDER = Path("build")

_QUESTION = r"""
dpkg-query --show --showformat '${Package}\t${Version}\t${Architecture}\n'
echo
for python in /usr/lib/jobe-torch/venv/bin/python /usr/lib/jobe-torch/bin/python; do
    if [ -x $python ]; then exec $python -c '
import importlib.metadata as m, json
print(json.dumps([
    [d.metadata["Name"], d.version, d.metadata.get("License-Expression", "")]
    for d in m.distributions()
]))'; fi
done
"""


def main(images: list[str]) -> None:
    """Write ``build/IMAGE.cdx.json`` of each image."""
    _FOLDER.mkdir(exist_ok=True)
    for image in images:
        file = _FOLDER / f"{image.rpartition('/')[2].replace(':', '-')}.cdx.json"
        file.write_text(bill_of(image))
        sys.stdout.write(f"{file}\n")


def bill_of(image: str) -> str:
    """The bill of one image, as JSON.

    Raises:
        subprocess.CalledProcessError: the engine does not run it; it has said why.
    """
    run = [*("docker", "run", "--rm", "--network=none", "--entrypoint=sh"), image]
    answer = subprocess.run([*run, "-c", _QUESTION], check=True, stdout=subprocess.PIPE, text=True)
    debian, _, python = answer.stdout.partition("\n\n")
    bill = Bom()
    ask = [*("docker", "image", "inspect", "--format={{.Id}}"), image]
    identity = subprocess.run(ask, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    bill.metadata.component = Component(
        name=image, version=identity, type=ComponentType.CONTAINER, bom_ref=image
    )
    for line in debian.splitlines():
        name, version, architecture = line.split("\t")
        purl = PackageURL("deb", "debian", name, version, {"arch": architecture})
        bill.components.add(_component(name, version, purl))
    for name, version, terms in json.loads(python):
        purl = PackageURL("pypi", None, name.lower().replace("_", "-"), version)
        component = _component(name, version, purl)
        if terms:
            component.licenses.add(LicenseExpression(terms))
        bill.components.add(component)
    bill.register_dependency(bill.metadata.component, bill.components)
    return JsonV1Dot6(bill).output_as_string(indent=1)


def _component(name: str, version: str, purl: PackageURL) -> Component:
    return Component(
        name=name, version=version, purl=purl, type=ComponentType.LIBRARY, bom_ref=str(purl)
    )


if __name__ == "__main__":
    main(sys.argv[1:])
