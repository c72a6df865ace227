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
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from jobe_torch.cell import linux, reaper
from jobe_torch.cell.layout import HOME_DIRECTORY, HOST_NAME, RUN_DIRECTORY
from jobe_torch.cell.linux import Call, Mount, Namespace, Prctl
from jobe_torch.cell.wire import File

__all__ = ["Entrance", "Holder", "Identity", "JailError", "Level", "Spaces"]


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
_NAMESPACE_FILES = ("pid", "mnt", "net", "ipc", "uts")
_NO_DESCRIPTOR = 1 << 20
"""Above the highest descriptor that any process here can have."""
_REAPER = f"/tmp/{reaper.NAME}"  # noqa: S108 - of the cell, which only its own processes see
_LIMITS = {
    # With 0 the kernel would still pipe a core to the host's handler, and a crashed run would last
    # as long as that takes; with 1 byte it does not.
    resource.RLIMIT_CORE: 1,
    # In user namespaces the next two are counted for all cells together: for whoever made them.
    resource.RLIMIT_SIGPENDING: 1024,  # timers too
    resource.RLIMIT_MSGQUEUE: 300_000,  # three queues: those of the last run are freed late
}
_INODES = 20_000  # an inode flood takes kernel memory that no size option counts


class Holder:
    """PID 1 of a run's own namespaces, in which its file systems are mounted.

    The agent makes it, and must be PID 1 of the cell: the kernel ends all holders with it.

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
        try:
            with _in_new_namespaces():
                _furnish(identity, spaces, shown, home)
                self.pid = _start_reaper()
            reaper.wait_until_executed(self.pid)
        except OSError as error:
            raise JailError(str(error)) from error
        self.pidfd = os.pidfd_open(self.pid)
        self._stopped = False

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


@contextlib.contextmanager
def _in_new_namespaces() -> Iterator[None]:
    """Be in a run's new namespaces for a while; of the PID namespace only a child can be part."""
    own = [os.open(f"/proc/self/ns/{name}", os.O_RDONLY) for name in _NAMESPACE_FILES]
    linux.unshare(_RUN_NAMESPACES)
    try:
        yield
    finally:
        for file in own:
            linux.setns(file)
            os.close(file)


def _furnish(
    identity: Identity, spaces: Spaces, shown: Collection[str], home: Collection[File]
) -> None:
    _mount_run_file_systems(identity, spaces, shown)
    _make_home(identity, home)
    linux.bring_loopback_up()
    socket.sethostname(HOST_NAME)


def _start_reaper() -> int:
    if not os.path.exists(_REAPER):
        with open(_REAPER, "wb") as file:
            file.write(reaper.program())
            os.fchmod(file.fileno(), 0o755)
    # All other descriptors close by themselves.
    streams = [(os.POSIX_SPAWN_CLOSE, number) for number in range(3)]
    # Entering takes the right to look into it. While the kernel still puts it in place, it can be
    # looked into as the agent can; no run is there now that could do that.
    linux.set_dumpable(value=True)
    try:
        return os.posix_spawn(
            _REAPER,
            [reaper.NAME],
            {},
            file_actions=streams,
            setsigmask=[signal.SIGCHLD],
        )
    finally:
        linux.set_dumpable(value=False)


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


def _make_home(identity: Identity, files: Collection[File]) -> None:
    os.mkdir(HOME_DIRECTORY, 0o700)
    for file in files:
        path = f"{HOME_DIRECTORY}/{file.name}"
        with open(path, "wb") as target:
            target.write(file.content)
        os.chown(path, identity.uid, identity.gid)
    os.chown(HOME_DIRECTORY, identity.uid, identity.gid)


class Entrance:
    """The way behind a holder's walls, for a process that is about to be forked.

    That one must be forked into the holder's PID namespace, by a process without a bounding
    set. Once it has passed it has the streams on 0, 1 and 2, ``keep`` and no other
    descriptor, and is in the run's directory, for good.

    Args:
        holder: pidfd of the holder.
        seccomp: program of `seccomp.compile_filter`.
        first: whether nobody has entered before: ``/proc`` takes a process of the namespace.
        dumpable: whether it goes on as it is. Else it is a copy of the agent, into which no other
            process of the run may look, until it has executed a program.
        names_threads: whether it may write to its own files in ``/proc``: CUDA's driver names
            its threads there, and makes no context where it cannot.
    """

    def __init__(
        self,
        holder: int,
        identity: Identity,
        seccomp: bytes,
        *,
        stdin: int,
        stdout: int,
        stderr: int,
        keep: Collection[int] = (),
        first: bool,
        dumpable: bool,
        names_threads: bool = False,
    ) -> None:
        # Whoever has the holder's uid may read some of its files, unless they are hidden. None
        # may be written: a run could have the kernel take others for the memory that it took.
        plain = Mount.NOSUID | Mount.NODEV | Mount.NOEXEC
        processes = linux.mounting(
            "proc",
            "/proc",
            "proc",
            plain if names_threads else plain | Mount.RDONLY,
            "" if identity.switch else "hidepid=2",
        )
        # /proc/self of a process that is not dumpable belongs to the host's root. Before it has the
        # run's uid, and while it has capabilities, no process of the run may look into it anyway.
        self._dumpable = Call("prctl", Prctl.SET_DUMPABLE, 1, 0, 0, 0)
        streams = (stdin, stdout, stderr)
        uid, gid = identity.uid, identity.gid
        switch = (
            Call("setgroups", 0, None),
            Call("setresgid", gid, gid, gid),
            Call("setresuid", uid, uid, uid),
        )
        self._calls = (
            Call("setsid"),
            *(Call("dup2", stream, number) for number, stream in enumerate(streams)),
            Call("setns", holder, _RUN_NAMESPACES & ~Namespace.PID),
            *((processes,) if first else ()),
            *_closing_all_but(keep),
            *(switch if identity.switch else ()),
            # Only now: the change of uid took it away again.
            Call("prctl", Prctl.SET_DUMPABLE, int(dumpable), 0, 0, 0),
            # Its owner may; a root with few capabilities may not.
            Call("chdir", RUN_DIRECTORY.encode()),
            *linux.no_capabilities(),
            Call("prctl", Prctl.SET_NO_NEW_PRIVS, 1, 0, 0, 0),
            *_limiting(),
            *((linux.filtering(seccomp),) if seccomp else ()),
        )

    def take(self) -> None:
        """Go behind the walls.

        Raises:
            OSError: a wall could not be passed; the process must end.
        """
        self._dumpable()
        _be_taken_first()
        for call in self._calls:
            call()


def _be_taken_first() -> None:
    """Have the kernel take this process before the cell's own when memory is short; proc(5).

    Where ``/proc`` is read-only behind the walls, this is for good.
    """
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(score, b"1000")
    os.close(score)


def _closing_all_but(keep: Collection[int]) -> Iterator[Call]:
    first = 3
    for kept in (*sorted(keep), _NO_DESCRIPTOR):
        if kept > first:
            yield Call("close_range", first, kept - 1, 0)
        first = kept + 1


def _limiting() -> Iterator[Call]:
    """Limits that all runs have in common; getrlimit(2)."""
    for kind, most in _LIMITS.items():
        _, hard = resource.getrlimit(kind)
        limit = most if hard == resource.RLIM_INFINITY else min(hard, most)
        yield Call("setrlimit", kind, struct.pack("@LL", limit, limit))
