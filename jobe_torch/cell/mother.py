"""The mother: an interpreter that has imported everything once, for all cells of a server.

She is what a zygote is before it knows its cell (`zygote.main`), and each cell's zygote is a
fork of hers: an idle cell then owns only the memory that it writes to, and starts without an
import. She lives behind walls like a cell's (`house`), has no network, and is an ordinary user
where cells have user namespaces: these belong to her uid, and so she may enter them, and nothing
else. She stays in the server's PID namespace, since only what descends from one's own can be
entered. She never meets a run: an agent asks for its zygote before its first run, and no
descriptor leads from a cell to her afterwards.

A birth takes three forks. The first enters the cell: its control group, so that from here on
memory is the cell's, and its namespaces. The second is born into the PID namespace, and ends at
once after the third, the zygote: so the kernel makes the agent its parent, as PID 1.
"""

from __future__ import annotations

import json
import os
import select
import socket
from collections.abc import Mapping, Sequence

from jobe_torch.cell import linux
from jobe_torch.cell.layout import RUN_DIRECTORY

__all__ = ["CALL", "NAMESPACES", "bear", "call_for_zygote"]

NAMESPACES = ("mnt", "net", "ipc", "uts", "pid")
"""Those of every cell; a user namespace may come first."""
CALL = b"c"
"""What the server sends with the socket on which an agent is going to ask."""

_MOST_DESCRIPTORS = 32
_AGENT = 1
"""PID of an agent in its cell."""


def call_for_zygote(mother: socket.socket, doors: Sequence[int], *, user: bool) -> None:
    """Ask for a zygote of the calling agent's cell, which then speaks on this socket.

    Args:
        mother: where she listens, once.
        doors: files that take the pid of a process which is to enter a control group.
        user: whether the cell has a user namespace of its own.
    """
    names = ("user", *NAMESPACES) if user else NAMESPACES
    spaces = [os.open(f"/proc/self/ns/{name}", os.O_RDONLY) for name in names]
    asked = {"doors": len(doors), "user": user}
    socket.send_fds(mother, [json.dumps(asked).encode()], [2, *doors, *spaces])
    for space in spaces:
        os.close(space)


def bear(server: socket.socket, keep: Sequence[int]) -> socket.socket:
    """Serve until the server is gone; returns in each zygote, with the socket to its agent.

    Args:
        server: where calls come from.
        keep: descriptors that a zygote needs.
    """
    poll = select.poll()
    poll.register(server, select.POLLIN)
    agents: dict[int, socket.socket] = {}
    while True:
        for number, _ in poll.poll():
            if number == server.fileno():
                agent = _hear_call(server)
                agents[agent.fileno()] = agent
                poll.register(agent, select.POLLIN)
                continue
            poll.unregister(number)
            agent = agents.pop(number)
            if _give_birth(agent):
                _leave(agent, keep)
                return agent
            agent.close()


def _hear_call(server: socket.socket) -> socket.socket:
    said, descriptors, _, _ = socket.recv_fds(server, len(CALL), 1)
    if not said:
        os._exit(0)  # the server is gone
    return socket.socket(fileno=descriptors[0])


def _give_birth(agent: socket.socket) -> bool:
    """Hear what an agent asks and give it a zygote; whether this is the zygote."""
    try:
        text, descriptors, _, _ = socket.recv_fds(agent, 1 << 10, _MOST_DESCRIPTORS)
    except ConnectionResetError:
        text = b""
    if not text:
        return False  # it ended first
    first = linux.fork()
    if first == 0:
        try:
            _enter_cell(json.loads(text), descriptors)
            second = linux.fork()
            if second:
                os.waitpid(second, 0)
            elif linux.fork() == 0:
                return True
        except BaseException as error:  # noqa: BLE001 - there must not be a second mother
            os.write(descriptors[0], f"the mother cannot enter the cell: {error}\n".encode())
        os._exit(0)
    for descriptor in descriptors:
        os.close(descriptor)
    os.waitpid(first, 0)
    return False


def _enter_cell(asked: Mapping[str, int], descriptors: Sequence[int]) -> None:
    log, *rest = descriptors
    doors, spaces = rest[: asked["doors"]], rest[asked["doors"] :]
    os.dup2(log, 1)
    os.dup2(log, 2)
    for door in doors:
        os.write(door, b"0")
    os.setsid()
    for space in spaces:
        linux.setns(space)
    if asked["user"]:
        os.setgroups([])
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)


def _leave(agent: socket.socket, keep: Sequence[int]) -> None:
    """Have nothing of the mother's any more, in a zygote."""
    while os.getppid() != _AGENT:
        os.sched_yield()
    linux.set_dumpable(value=False)  # some machines give that back with a change of uid
    linux.drop_bounding_set()  # that came back with the user namespace
    linux.die_with_parent()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    kept = {0, 1, 2, agent.fileno(), *keep}
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in kept:
            _close(int(name))
    os.chdir(RUN_DIRECTORY)


def _close(number: int) -> None:
    try:
        os.close(number)
    except OSError:
        return  # it was the list's own
