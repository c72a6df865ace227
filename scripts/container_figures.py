"""What a cell in a container costs: ``sudo .venv/bin/python scripts/container_figures.py``.

The engine is this machine's, with the image that `make images` builds. Runs per second are the
benchmark's: ``jobe-torch bench URL -w fc -c 8`` against a server with two cells.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from jobe_torch.backends.container import Container
from jobe_torch.backends.docker import DockerBackend, DockerCell
from jobe_torch.config import load

_STARTS = 10
_OWN = re.compile(r"^Pss_(?:Anon|Shmem): +(\d+) kB$", re.MULTILINE)


def main() -> None:
    """Measure, and print a table."""
    settings = load(environment=os.environ)
    backend = DockerBackend(
        url=settings.docker_host,
        container=Container.of(settings),
        server=f"figures-{os.getpid()}",
    )
    backend.prepare()
    starts, ends = [], []
    for _ in range(_STARTS):
        began = time.monotonic()
        cell = backend.start_cell(0)
        starts.append(time.monotonic() - began)
        began = time.monotonic()
        cell.close()
        ends.append(time.monotonic() - began)
    cells = [backend.start_cell(slot) for slot in range(2)]
    time.sleep(5)  # spares take their pages while they wait
    say("create to ready, s", f"{median(starts):.2f} ({min(starts):.2f} to {max(starts):.2f})")
    say("recycle: end, create to ready, s", f"{median(starts) + median(ends):.2f}")
    for cell in cells:
        say("an idle cell's own memory, MB", f"{own_memory_bytes(cell) / 1e6:.0f}")
        cell.close()
    backend.close()
    for image in (settings.docker_image, "jobe-torch-server"):
        say(f"image {image}, MB", f"{image_bytes(image) / 1e6:.0f}")


def say(what: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{what:40} {figure}\n")


def own_memory_bytes(cell: DockerCell) -> int:
    """What is there for this cell alone: not the image's files, which all cells share."""
    answer = docker("top", cell.container, "-o", "pid")
    return sum(
        1024 * int(kilobytes)
        for pid in answer.split()[1:]
        for kilobytes in _OWN.findall(Path(f"/proc/{pid}/smaps_rollup").read_text())
    )


def image_bytes(image: str) -> int:
    """Size of an image, with its base."""
    return int(docker("image", "inspect", "--format={{.Size}}", image))


def docker(*words: str) -> str:
    """What the engine answers."""
    command = ["docker", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


if __name__ == "__main__":
    main()
