"""The zygote: an interpreter that has imported everything, and only forks.

It is a real ``python3 -BE SOURCE`` that stopped on its way: a ``.pth`` file of
the cell's interpreter calls `main` while Python imports `site`, before the
program starts. Each fork becomes a spare, and a spare that got its job simply
returns from here: CPython's own main then runs the program, so that all a
program can see of its start, its traceback and its end is Python's own.

It imports for itself, or is a fork of the mother, who did (`mother`): a packet says
what to import and which of the two this process is.

The zygote never sees a byte of a run. It has one thread and one socket, to the
agent: first a setup packet, answered by ``{"pid", "versions", "memory_bytes"}``, then for
each spare a packet with its descriptors, answered by ``{"pid"}`` at once and by
``{"status", "cpu_seconds", "waiting_seconds"}`` when it ends.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
from collections.abc import Mapping, Sequence

from jobe_torch.cell import linux, spare
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.interpreter import ENVIRONMENT_KEY
from jobe_torch.cell.jail import Entrance, Identity
from jobe_torch.cell.last_word import LastWord
from jobe_torch.cell.limits import private_bytes, run_delay_seconds
from jobe_torch.cell.linux import Namespace
from jobe_torch.cell.mother import bear
from jobe_torch.cell.preload import preload, renew_random_numbers
from jobe_torch.cell.spare import Nature
from jobe_torch.cell.working_set import WorkingSet

__all__ = ["PACKET_BYTES", "main", "preload_packet"]

PACKET_BYTES = 1 << 16
_SPARE_DESCRIPTORS = 5
_kept: list[Entrance] = []
"""Functions of ctypes are cycles: let go in a spare, they would be garbage in the program's."""
# Made ready: while a spare lives each page that the zygote writes to is copied, and with the
# first of a huge page the next fork must copy 512 entries for one.
_BORN = b'{"pid": %d}'
_ENDED = b'{"status": %d, "cpu_seconds": %.9f, "waiting_seconds": %.9f}'


def preload_packet(modules: Sequence[str], *, mother: bool) -> bytes:
    """The first packet: what to import, and whether to bear zygotes then or to be one."""
    return json.dumps({"modules": modules, "mother": mother}).encode()


def main() -> None:
    """Serve the agent; returns in a spare that has a program to run, and only there."""
    try:
        _serve()
    except BaseException as error:  # noqa: BLE001 - Python would go on and run the placeholder program
        try:  # its own hook: that of a preloaded module may say anything
            sys.__excepthook__(type(error), error, error.__traceback__)
        finally:
            os._exit(1)  # the agent misses what it waits for, and gives this cell up


def _serve() -> None:
    number = linux.blot_out_variable(ENVIRONMENT_KEY).rpartition(":")[2]
    agent = socket.socket(fileno=int(number))
    linux.set_dumpable(value=False)
    linux.drop_bounding_set()
    wanted = json.loads(_receive(agent)[0])
    last_word = LastWord(LastWord.make())
    versions = preload(wanted["modules"], last_word)
    if "torch" in versions and sys.modules["torch"].cuda.is_initialized():
        raise RuntimeError("a preloaded module made a CUDA context, which no fork can use")
    files = spare.hook_files()
    if wanted["mother"]:
        _tell_ready(agent, versions)
        agent = bear(agent, files)
    packet, shared = _receive(agent)
    last_word.share(*shared)
    setup = json.loads(packet)
    _tell_ready(agent, versions)
    nature = Nature(
        identity=Identity(**setup["identity"]),
        seccomp=bytes.fromhex(setup["seccomp"]),
        files=files,
        gpu=Gpu(**setup["gpu"]) if setup["gpu"] else None,
        baseline_bytes=private_bytes(),
    )
    spare.leave_no_trace()
    working_set = WorkingSet()
    numbers: list[int] = []
    while True:
        renew_random_numbers()
        message, descriptors = _receive(agent)
        if not descriptors:
            working_set = WorkingSet.of(message.decode())
            if not wanted["mother"]:  # or what is hers would be copied, for each cell
                # The first fork has split the huge pages that only the start has written to.
                linux.collapse_private_memory()
            continue
        holder, control, *streams = descriptors
        if descriptors != numbers:  # they are always the same
            entrance, numbers = _entrance(holder, control, streams, nature), descriptors
            _kept.append(entrance)
        linux.setns(holder, Namespace.PID)
        pid = linux.fork()
        if pid == 0:
            spare.become(entrance, control, nature, working_set)
            return
        _send(agent, _BORN % pid)
        for descriptor in descriptors:
            os.close(descriptor)
        _tell_end(agent, pid)


def _tell_ready(server: socket.socket, versions: Mapping[str, str]) -> None:
    facts = {"pid": os.getpid(), "versions": versions, "memory_bytes": private_bytes()}
    _send(server, json.dumps(facts).encode())


def _entrance(holder: int, control: int, streams: list[int], nature: Nature) -> Entrance:
    stdin, stdout, stderr = streams
    keep = (control, *nature.files)
    identity, seccomp = nature.identity, nature.seccomp
    return Entrance(
        holder,
        identity,
        seccomp,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        keep=keep,
        first=True,
        dumpable=True,
        names_threads=nature.gpu is not None,
    )


def _tell_end(agent: socket.socket, pid: int) -> None:
    """Wait for the spare; end with it when the agent is gone."""
    ended = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(agent, 0)  # only its end: the agent asks for the next one after this one
    poll.poll()
    os.close(ended)
    waiting_seconds = run_delay_seconds(f"/proc/{pid}")
    done, status, usage = os.wait4(pid, os.WNOHANG)
    if not done:
        os._exit(0)  # the agent is gone
    _send(agent, _ENDED % (status, usage.ru_utime + usage.ru_stime, waiting_seconds))


def _receive(agent: socket.socket) -> tuple[bytes, list[int]]:
    try:
        message, descriptors, _, _ = socket.recv_fds(agent, PACKET_BYTES, _SPARE_DESCRIPTORS)
    except ConnectionResetError:  # it went without having read all
        message = b""
    if not message:
        os._exit(0)  # the agent is gone
    return message, descriptors


def _send(agent: socket.socket, message: bytes) -> None:
    try:
        agent.send(message)
    except ConnectionError:
        os._exit(0)  # the agent is gone
