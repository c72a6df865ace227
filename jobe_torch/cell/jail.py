"""The walls around one run: a holder with namespaces of its own, and the way into them.

A holder is made and a process enters it before any submitted byte exists, so
the walls cost a run nothing. Killing the holder, which is PID 1 of its
namespace, kills all that the run started.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from jobe_torch.cell import linux
from jobe_torch.cell.layout import HOME_DIRECTORY, HOST_NAME, RUN_DIRECTORY
from jobe_torch.cell.linux import Mount, Namespace, Prctl
from jobe_torch.cell.wire import File

__all__ = ["Holder", "Identity", "JailError", "Level", "Spaces", "enter"]


class JailError(Exception):
    """The walls could not be put up."""


class Level(StrEnum):
    """How good the walls are, best first (DESIGN, "Jail")."""

    USERNS = "userns"
    CAPS = "caps"
    USERNS1 = "userns1"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a run is executed as, in the cell's user namespace."""

    uid: int
    gid: int
    switch: bool
    """Whether the cell's own processes are somebody else (not so with one uid only)."""


@dataclass(frozen=True, slots=True)
class Spaces:
    """Sizes of a run's writable file systems, all in memory."""

    run_bytes: int
    temporary_bytes: int
    shared_bytes: int


_RUN_NAMESPACES = Namespace.PID | Namespace.MOUNT | Namespace.NET | Namespace.IPC | Namespace.UTS
_NO_DESCRIPTOR = 1 << 20
"""Above the highest descriptor that any process here can have."""
_INODES = 20_000  # an inode flood takes kernel memory that no size option counts


class Holder:
    """PID 1 of a run's own namespaces.

    Args:
        identity: whom the run is executed as.
        spaces: how large its file systems are.
        shown: folders of the cell that must stay to be seen, wherever they lie.
        home: what the run finds in its home.

    Raises:
        JailError: a wall could not be put up; nothing is left behind.
    """

    def __init__(
        self,
        identity: Identity,
        spaces: Spaces,
        shown: Collection[str] = (),
        home: Collection[File] = (),
    ) -> None:
        ready, child_end = os.pipe()
        self.pid = linux.clone(_RUN_NAMESPACES)
        if self.pid == 0:
            _hold(child_end, identity, spaces, shown, home)
        os.close(child_end)
        self.pidfd = os.pidfd_open(self.pid)
        self._stopped = False
        with os.fdopen(ready, "rb") as answer:
            trouble = answer.read()
        if trouble != b"ok":
            self.kill()
            raise JailError(trouble.decode() or "the holder died")

    def kill(self) -> None:
        """Kill every process of the run; returns when all are dead.

        The caller must reap its own children of the run first: a PID namespace
        ends only after its last zombie.
        """
        self.stop()
        self.wait()

    def stop(self) -> None:
        """Kill every process of the run, without waiting."""
        self._stopped = True
        signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def check(self) -> None:
        """Look whether it kept the run: its own end would have killed all of it.

        Raises:
            JailError: it was killed by somebody else.
        """
        exiting, flags = 0x4, 6  # PF_EXITING of the kernel's sched.h, in proc_pid_stat(5)
        with open(f"/proc/{self.pid}/stat", "rb") as stat:
            fields = stat.read().rpartition(b") ")[2].split()
        if not self._stopped and int(fields[flags]) & exiting:
            raise JailError("a run's holder was killed")

    def wait(self) -> None:
        """Wait until every process of the stopped run is dead."""
        os.waitpid(self.pid, 0)
        os.close(self.pidfd)


def _hold(
    ready: int,
    identity: Identity,
    spaces: Spaces,
    shown: Collection[str],
    home: Collection[File],
) -> None:
    """The holder's whole life; never returns."""
    try:
        # Entering by pidfd takes the right to look into the holder.
        linux.set_dumpable(value=True)
        linux.die_with_parent()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        _mount_run_file_systems(identity, spaces, shown)
        _make_home(identity, home)
        linux.bring_loopback_up()
        socket.sethostname(HOST_NAME)
        os.write(ready, b"ok")
        os.closerange(0, _NO_DESCRIPTOR)
    except BaseException as error:  # noqa: BLE001 - this process has nobody above it to tell
        os.write(ready, f"{error}".encode())
        os._exit(1)
    while True:
        with contextlib.suppress(ChildProcessError):
            # Reaping by wait counts orphans' CPU time as ours, where the meter reads it.
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        signal.sigwait({signal.SIGCHLD})


def _mount_run_file_systems(identity: Identity, spaces: Spaces, shown: Collection[str]) -> None:
    owner = f"uid={identity.uid},gid={identity.gid},nr_inodes={_INODES}"
    plain = Mount.NOSUID | Mount.NODEV
    for target, size, mode in (
        (RUN_DIRECTORY, spaces.run_bytes, "0700"),
        ("/dev/shm", spaces.shared_bytes, "1777"),  # noqa: S108 - the run's own
    ):
        linux.mount("tmpfs", target, "tmpfs", plain, f"size={size},mode={mode},{owner}")
    linux.mount_temporary(f"size={spaces.temporary_bytes},mode=1777,{owner}", shown)
    linux.mount("mqueue", "/dev/mqueue", "mqueue", plain | Mount.NOEXEC)
    # Whoever has the holder's uid may write some of its files, unless they are hidden.
    options = "" if identity.switch else "hidepid=2"
    linux.mount("proc", "/proc", "proc", plain | Mount.NOEXEC, options)


def _make_home(identity: Identity, files: Collection[File]) -> None:
    os.mkdir(HOME_DIRECTORY, 0o700)
    for file in files:
        path = f"{HOME_DIRECTORY}/{file.name}"
        with open(path, "wb") as target:
            target.write(file.content)
        os.chown(path, identity.uid, identity.gid)
    os.chown(HOME_DIRECTORY, identity.uid, identity.gid)


def enter(
    holder: int,
    identity: Identity,
    seccomp: bytes,
    *,
    stdin: int,
    stdout: int,
    stderr: int,
    keep: Collection[int] = (),
) -> None:
    """Put the calling process behind the walls, for good.

    It must have been forked into the holder's PID namespace already, by a process
    without a bounding set. On return it has the streams on 0, 1 and 2, ``keep`` and
    no other descriptor, and is in the run's directory.

    Args:
        holder: pidfd of the holder.
        seccomp: program of `seccomp.compile_filter`.
    """
    os.setsid()
    for number, stream in enumerate((stdin, stdout, stderr)):
        os.dup2(stream, number)
    linux.setns(holder, _RUN_NAMESPACES & ~Namespace.PID)
    _close_all_but(keep)
    # /proc/self of a process that is not dumpable belongs to the host's root.
    linux.set_dumpable(value=True)
    if identity.switch:
        os.setgroups([])
        os.setresgid(identity.gid, identity.gid, identity.gid)
        os.setresuid(identity.uid, identity.uid, identity.uid)
    os.chdir(RUN_DIRECTORY)  # its owner may; a root with few capabilities may not
    linux.drop_capabilities()
    linux.prctl(Prctl.SET_NO_NEW_PRIVS, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The change of uid took it away again.
    linux.set_dumpable(value=True)
    if seccomp:
        linux.load_seccomp(seccomp)


def _close_all_but(keep: Collection[int]) -> None:
    first = 3
    for kept in sorted(keep):
        os.closerange(first, kept)
        first = kept + 1
    os.closerange(first, _NO_DESCRIPTOR)
