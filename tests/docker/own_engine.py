"""A Docker Engine of the tests' own, which may be stopped, killed and filled to the brim."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from docker.api.client import APIClient

from tests.docker.engine import wait_for

__all__ = ["OwnEngine"]

_DISK_BYTES = 3 << 30
"""The image twice over: a bounded disk, so that it can be full."""


class OwnEngine:
    """A ``dockerd`` that shares nothing with the machine's, but for the kernel.

    Needs root. Its disk is in memory.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="jobe-torch-engine-"))
        self.url = f"unix://{self._folder}/docker.sock"
        self._disk = self._folder / "data"
        self._loads = self._folder / "loads"
        for folder in (self._disk, self._loads):
            folder.mkdir()
        mount = ("mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "jobe-torch")
        subprocess.run([*mount, str(self._disk)], check=True)
        self.start()

    def start(self) -> None:
        """Have it run, and answer."""
        command = [
            # Our containers have no network. A dockerd that is told so removes the bridge of the
            # machine's, so it gets a network of its own to do that in.
            *("unshare", "--net", "dockerd", "--bridge=none", "--iptables=false"),
            *(f"--host={self.url}", f"--data-root={self._disk}"),
            *(f"--exec-root={self._folder}/exec", f"--pidfile={self._folder}/pid"),
        ]
        environment = os.environ | {"DOCKER_TMPDIR": str(self._loads)}
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        wait_for(self._answers)

    def stop(self) -> None:
        """End it in order: it ends its containers first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it in disorder: its containers stay, and nobody holds their streams."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Have it neither answer nor hang up."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        self._process.send_signal(signal.SIGCONT)

    def fill_disk(self) -> Path:
        """Take what is left of its disk; removing the file gives it back."""
        filler = self._disk / "filler"
        with filler.open("wb") as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        return filler

    def load(self, image: str, url: str) -> None:
        """Copy an image from another engine."""
        theirs, ours = APIClient(url, version="auto"), APIClient(self.url, version="auto")
        tagged = image if ":" in image else f"{image}:latest"  # or all tags would come
        for _ in ours.load_image(theirs.get_image(tagged)):
            pass
        ours.inspect_image(image)
        theirs.close()
        ours.close()

    def close(self) -> None:
        """Leave nothing behind."""
        self.thaw()
        self.stop()
        mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
        unmount = ["umount"]
        for mount in reversed(mounts):
            if Path(mount).is_relative_to(self._folder):
                subprocess.run([*unmount, mount], check=True)
        shutil.rmtree(self._folder)

    def _end(self, sent: signal.Signals) -> None:
        self._process.send_signal(sent)
        self._process.wait(60)

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(self.url.removeprefix("unix://")) == 0
