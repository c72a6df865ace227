"""The wall around a cell: namespaces and a private root.

The cell's processes see a read-only root made of the system's programs and the
cell's interpreter, and nothing else of the host: no home directories, no server
files, no network, no other process. In a container the cell has the same, so that
programs see one world in every backend; only who may build it differs.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, replace

from jobe_torch.cell import linux
from jobe_torch.cell.jail import Identity, JailError, Level
from jobe_torch.cell.layout import HOME_DIRECTORY, HOST_NAME, RUN_DIRECTORY
from jobe_torch.cell.linux import Mount, Namespace

__all__ = ["Wall", "enter_cell", "enter_house"]

_NAMESPACES = Namespace.MOUNT | Namespace.PID | Namespace.NET | Namespace.IPC | Namespace.UTS
_MAPPED_IDS = 65_536
_RUN_ID = 1000
"""uid and gid of a run inside a user namespace."""

_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
# What programs need of /etc; whatever else the operator keeps there stays unseen.
_SETTINGS = frozenset({
    "alternatives", "ca-certificates", "fonts", "fpc.cfg", "gai.conf", "ld.so.cache",
    "ld.so.conf", "ld.so.conf.d", "localtime", "magic", "matplotlibrc", "mime.types",
    "nsswitch.conf", "octave", "pki", "protocols", "pylintrc", "services", "ssl", "timezone",
})  # fmt: skip
_SETTINGS_PREFIXES = ("fpc-", "java", "php", "python")
_READ_ONLY = Mount.RDONLY | Mount.NOSUID | Mount.NODEV
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
# torch's cpuinfo complains on stderr where it cannot count processors here.
_HARDWARE = "/sys/devices/system"


@dataclass(frozen=True, slots=True)
class Wall:
    """What surrounds a cell."""

    level: Level
    first_id: int
    """First of the host's 65,536 uids and gids that belong to this cell alone."""
    folders: tuple[str, ...]
    """Folders the private root shows besides the system's: interpreters, this package."""
    contained: bool = False
    """Whether a container surrounds the cell, where nobody has a right over mounts that
    no namespace of his own gives him."""
    devices: tuple[str, ...] = ()
    """Names in ``/dev`` that the private root shows besides those of every cell."""
    files: tuple[str, ...] = ()
    """Files that it shows if they are there."""
    owner: int = 0
    """Host uid to which the user namespace belongs; only root can choose another than its own."""

    @property
    def shown(self) -> list[str]:
        """The outermost of ``folders``, resolved, without those that the system shows anyway."""
        chosen: list[str] = []
        for folder in sorted({os.path.realpath(folder) for folder in self.folders}):
            if not any(f"{folder}/".startswith(f"{shown}/") for shown in (*chosen, "/usr")):
                chosen.append(folder)
        return chosen

    @property
    def root_is_built_inside(self) -> bool:
        """Outside, the root can show folders that only the host's root may enter."""
        return self.level is Level.USERNS1 or (self.contained and self.level is Level.USERNS)

    @property
    def host_id(self) -> int:
        """One of its uids and gids, as seen from outside, for whom it is there."""
        return self.first_id + _RUN_ID

    @property
    def identity(self) -> Identity:
        """Whom this cell's runs are executed as, seen from inside."""
        if self.level is Level.CAPS:
            return Identity(self.host_id, self.host_id, switch=True)
        return Identity(_RUN_ID, _RUN_ID, switch=self.level is Level.USERNS)


def enter_cell(wall: Wall) -> None:
    """Return in a child process, PID 1 behind the wall; the parent waits for it and exits.

    Raises:
        JailError: the kernel or the caller's rights do not allow this level. (In
            the caller or in the child; either exits afterwards.)
    """
    if wall.level is Level.USERNS1 and os.getuid() == 0:
        # The one uid that such a run has would be the host's root, to whom /proc/sys belongs.
        raise JailError(f"jail level {wall.level} is for ordinary users, not for root")
    try:
        if not wall.root_is_built_inside:
            linux.unshare(Namespace.MOUNT)
            _build_root(wall)
        user = Namespace(0) if wall.level is Level.CAPS else Namespace.USER
        go, mapped = os.pipe()
        child = _clone(_NAMESPACES | user, wall.owner)
        if child:
            _map_ids(wall, child)
            os.close(go)
            os.close(mapped)
            if wall.contained and wall.identity.switch:
                _become_nobody(wall.first_id)
            _wait_for(child)
        os.close(mapped)
        os.read(go, 1)
        os.close(go)
        if wall.level is Level.USERNS:
            os.setgroups([])
            os.setresgid(0, 0, 0)
            os.setresuid(0, 0, 0)
        linux.die_with_parent()  # a change of uid would undo it
        if wall.root_is_built_inside:
            _build_root(wall)
        _furnish(wall)
        os.mkdir(HOME_DIRECTORY)
    except OSError as error:
        raise JailError(f"jail level {wall.level}: {error}") from error


def enter_house(wall: Wall) -> None:
    """Go behind a wall like a cell's, outside of which stays only the PID namespace.

    With cells that have user namespaces one is then the owner of these, and nobody else.

    Raises:
        JailError: as `enter_cell`.
    """
    try:
        linux.unshare(_NAMESPACES & ~Namespace.PID)
        _build_root(replace(wall, level=Level.CAPS))
        _furnish(wall, "hidepid=2")
        os.mkdir(HOME_DIRECTORY)
        if wall.level is Level.USERNS:
            os.chown(HOME_DIRECTORY, wall.host_id, wall.host_id)
            linux.drop_bounding_set()
            _become_nobody(wall.host_id)
    except OSError as error:
        raise JailError(f"the mother's walls: {error}") from error


def _furnish(wall: Wall, processes: str = "") -> None:
    socket.sethostname(HOST_NAME)  # preloaded modules may keep it
    linux.mount("proc", "/proc", "proc", Mount.NOSUID | Mount.NODEV | Mount.NOEXEC, processes)
    # What the preloaded modules write; runs get a file system of their own over it.
    linux.mount_temporary("size=64m,mode=1777", wall.shown)


def _clone(namespaces: Namespace, owner: int) -> int:
    """Clone; a user namespace among the new ones belongs to that uid, if it is not root's."""
    if not owner:
        return linux.clone(namespaces)
    os.seteuid(owner)
    linux.raise_capabilities()  # some kernels let only root make user namespaces
    child = linux.clone(namespaces)
    if child:
        os.seteuid(0)
    return child


def _map_ids(wall: Wall, child: int) -> None:
    if wall.level is Level.CAPS:
        return
    if wall.level is Level.USERNS:
        uids = gids = f"0 {wall.first_id} {_MAPPED_IDS}"
    else:
        uids, gids = f"{_RUN_ID} {os.getuid()} 1", f"{_RUN_ID} {os.getgid()} 1"
        _write(f"/proc/{child}/setgroups", "deny")
    _write(f"/proc/{child}/uid_map", uids)
    _write(f"/proc/{child}/gid_map", gids)


def _become_nobody(host_id: int) -> None:
    """Outside, this process is of no use to anybody; as the container's root it might be."""
    os.setgroups([])
    os.setresgid(host_id, host_id, host_id)
    os.setresuid(host_id, host_id, host_id)
    linux.drop_capabilities()


def _wait_for(child: int) -> None:
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0x7F)


def _build_root(wall: Wall) -> None:
    """Make a root of read-only bind mounts on a tmpfs and move into it."""
    linux.mount("", "/", flags=Mount.REC | Mount.PRIVATE)
    root = "/tmp"  # noqa: S108 - any folder: it is covered, in this mount namespace only
    # A folder below the one that is covered next must stay reachable.
    handles = {folder: os.open(folder, os.O_PATH) for folder in wall.shown}
    linux.mount("tmpfs", root, "tmpfs", Mount.NOSUID | Mount.NODEV, "size=1m,mode=0755")
    for name in _SYSTEM:
        _show_system(root, name)
    for name in _settings():
        linux.bind(f"/etc/{name}", f"{root}/etc/{name}")
    for folder, handle in handles.items():
        linux.bind(f"/proc/self/fd/{handle}", root + folder)
        os.close(handle)
    linux.bind(_HARDWARE, root + _HARDWARE)
    for file in filter(os.path.exists, wall.files):
        linux.bind(file, root + file)
    linux.set_mount_flags(root, _READ_ONLY, recursive=True)
    linux.set_mount_flags(root, Mount.NONE, clear=Mount.RDONLY)
    _make_the_rest(root, wall)
    linux.mount("/proc", f"{root}/proc", flags=Mount.BIND | Mount.REC)
    linux.set_mount_flags(root, _READ_ONLY)
    linux.pivot_root(root)


def _settings() -> list[str]:
    present = os.listdir("/etc")
    return [name for name in present if name in _SETTINGS or name.startswith(_SETTINGS_PREFIXES)]


def _show_system(root: str, name: str) -> None:
    """Show a top folder of the system; on most it is a link into /usr."""
    if os.path.islink(f"/{name}"):
        os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
    elif os.path.isdir(f"/{name}"):
        linux.bind(f"/{name}", f"{root}/{name}")


def _make_the_rest(root: str, wall: Wall) -> None:
    identity = wall.identity
    for folder in ("dev/shm", "dev/mqueue", "proc", "tmp", "var", "etc", RUN_DIRECTORY.lstrip("/")):
        os.makedirs(f"{root}/{folder}", exist_ok=True)
    os.symlink("/tmp", f"{root}/var/tmp")  # noqa: S108 - the run's own
    for name in (*_DEVICES, *wall.devices):
        linux.bind(f"/dev/{name}", f"{root}/dev/{name}")
    for name, target in _LINKS.items():
        os.symlink(target, f"{root}/dev/{name}")
    jobe = f"jobe:x:{identity.uid}:{identity.gid}::{HOME_DIRECTORY}:/bin/sh\n"
    root_user, nobody = "root:x:0:0::/:/bin/sh\n", "nobody:x:65534:65534::/:/bin/false\n"
    # torch and getpass ask for the user's name, and fail without an account.
    _write(f"{root}/etc/passwd", root_user + jobe + nobody)
    # The host's own file could tell names of its network, and does not know a run's name.
    # No ::1: a library that tries it first complains where the kernel has no IPv6.
    _write(f"{root}/etc/hosts", f"127.0.0.1 localhost {HOST_NAME}\n")
    _write(f"{root}/etc/group", f"root:x:0:\njobe:x:{identity.gid}:\nnogroup:x:65534:\n")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
