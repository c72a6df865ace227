"""The server's side of the mother, from whom local cells have their zygotes.

There is one at a time, made for the first cell that wants one, and again for the next one when
she is gone: she died, or a cell that asked her did not start. See `jobe_torch.cell.mother`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import structlog

from jobe_torch.backends.agent_command import command
from jobe_torch.backends.base import BackendError
from jobe_torch.backends.cgroup import CellGroup
from jobe_torch.backends.talk import readable
from jobe_torch.cell.config import CellConfig
from jobe_torch.cell.install import HINT
from jobe_torch.cell.mother import CALL
from jobe_torch.cell.zygote import PACKET_BYTES, preload_packet

__all__ = ["Mother", "Mothers"]

_log = structlog.get_logger(__name__)

_START_SECONDS = 120.0
"""As for a cell that imports for itself."""
_PAUSE_SECONDS = 1.0
"""After a mother that could not be had; who asks meanwhile is told the same."""


class Mother:
    """A process that has imported everything.

    Args:
        config: of a cell like those that are to be born.
        group: what she imports is charged to it.
    """

    def __init__(self, config: CellConfig, group: CellGroup | None) -> None:
        self.proved = False
        """Whether a cell of hers was ready once."""
        self.of_no_use = False
        """Whether she let the first of her cells down, though she lived."""
        self._group = group
        self._mounts: int | None = None
        self._calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said: list[str] = []
        self._calls.send(preload_packet(config.preload, mother=True))
        started: Future[subprocess.Popen[bytes]] = Future()
        # The kernel kills her when the thread ends that started her.
        self._listener = threading.Thread(
            target=self._live, args=(config, theirs, started), name="mother-log", daemon=True
        )
        self._listener.start()
        self._process = started.result()

    def wait_until_ready(self) -> None:
        """To be called once, before anything else.

        Raises:
            BackendError: she did not become ready; nothing is left of her.
        """
        weight = self._group.weight if self._group else None
        try:
            if weight:
                weight.be_patient()
            self._calls.settimeout(_START_SECONDS)
            if not self._calls.recv(PACKET_BYTES):
                raise ConnectionError
            self._mounts = os.open(f"/proc/{self._process.pid}/ns/mnt", os.O_RDONLY)
            if weight:
                weight.be_equal()
        except OSError as lost:
            self.end()
            hint = HINT if isinstance(lost, ConnectionError) else str(lost)
            said = "; ".join([*self._said[-2:], hint])
            raise BackendError(f"the mother of cells did not start: {said}") from lost

    def alive(self) -> bool:
        """Whether she waits for calls."""
        try:
            return not readable(self._calls) and self._process.poll() is None
        except (OSError, ValueError):
            return False

    def listening(self) -> socket.socket:
        """A socket, for an agent, on which she waits to be asked for a zygote.

        If she is gone it is at its end.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, contextlib.suppress(OSError):
            socket.send_fds(self._calls, [CALL], [theirs.fileno()])
        return ours

    def mounts(self) -> contextlib.ExitStack:
        """Holds her mount namespace, which must outlive her as long as a fork of hers is there.

        It is where that one's program and libraries were opened: without it the kernel would give
        half of their paths, as in ``/proc/self/exe``.
        """
        held = contextlib.ExitStack()
        if self._mounts is not None:
            held.callback(os.close, os.dup(self._mounts))
        return held

    def doubt(self) -> None:
        """A cell waited for her in vain: kill her, for she may still hold its log open."""
        self.of_no_use = self.alive() and not self.proved
        self.abandon()

    def abandon(self) -> None:
        """Have another thread's `wait_until_ready` fail now."""
        self._process.kill()

    def end(self) -> None:
        """End her; the cells live on. Returns when nothing is left of her."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        with contextlib.suppress(OSError):
            self._calls.close()
        if self._mounts is not None:
            os.close(self._mounts)
            self._mounts = None
        if self._group is not None:
            self._group.remove()

    def _live(
        self,
        config: CellConfig,
        channel: socket.socket,
        started: Future[subprocess.Popen[bytes]],
    ) -> None:
        """Start her, and log what she writes to stderr until she is dead."""
        try:
            with channel:
                process = subprocess.Popen(
                    command("house", config),
                    stdin=channel.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env={},
                    start_new_session=True,  # Ctrl-C is for the server, which drains
                )
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(process)
        with process.stderr or contextlib.nullcontext(()) as stream:
            for line in stream:
                text = line.decode(errors="backslashreplace").rstrip()
                self._said.append(text)
                del self._said[:-20]
                _log.warning("mother", said=text)


class Mothers:
    """The one mother of a server's cells that there is at a time.

    Args:
        make: makes one, which need not be ready.
    """

    def __init__(self, make: Callable[[], Mother]) -> None:
        self._make = make
        self._turn = threading.Lock()
        """Of those who want one: one starts her, and the others wait for the outcome."""
        self._lock = threading.Lock()
        self._mother: Mother | None = None
        self._closed = False
        self._useless = False
        self._failure = ""
        self._again = 0.0

    def present(self) -> Mother | None:
        """The mother, ready; None where cells cannot have one.

        Raises:
            BackendError: she did not start.
        """
        with self._turn:
            if self._useless:
                return None
            if self._closed:
                raise BackendError("a cell did not start: the server is ending")
            mother = self._mother
            if mother is not None and mother.alive():
                return mother
            if mother is not None:
                _log.warning("mother lost")
                mother.end()
            return self._new()

    def _new(self) -> Mother:
        if time.monotonic() < self._again:
            raise BackendError(self._failure)
        mother = self._make()
        with self._lock:
            self._mother = mother
            if self._closed:
                mother.abandon()
        try:
            mother.wait_until_ready()
        except BackendError as error:
            self._mother = None
            self._failure, self._again = str(error), time.monotonic() + _PAUSE_SECONDS
            raise
        return mother

    def dismiss(self, mother: Mother, reason: str) -> bool:
        """A cell waited for her in vain; whether cells do without from now on.

        So they do if she was of no use: this machine does not let her in.
        """
        with self._turn:
            if mother is self._mother:
                self._mother = None
                mother.end()
                self._useless = mother.of_no_use and not self._closed
                if self._useless:
                    _log.warning("no mother: each cell imports for itself", reason=reason)
            return self._useless

    def close(self) -> None:
        """End her, or her start under way."""
        with self._lock:
            self._closed = True
            mother = self._mother
            if mother is not None:
                mother.abandon()
        with self._turn:
            if self._mother is not None:
                self._mother.end()
                self._mother = None
