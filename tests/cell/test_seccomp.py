"""The filter of system calls: what it answers, asked without the kernel."""

from __future__ import annotations

import ctypes
import errno
import itertools
import platform
import socket
import struct
from collections.abc import Callable

import pytest

from jobe_torch.cell.seccomp import REFUSED, compile_filter

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[platform.machine()]
_ALLOWED = 0x7FFF0000
_REFUSED_BY = 0x00050000
_FLAGS = socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
_UNREAD = 1 << 32
"""A bit of an argument that the kernel does not read where it takes an int."""

Answer = Callable[..., int | None]
"""The error by which a call is refused (0: it is not done); None if it is let through."""


@pytest.fixture(scope="module")
def answer() -> Answer:
    library = ctypes.CDLL("libseccomp.so.2")
    program = list(struct.iter_unpack("=HBBI", compile_filter()))

    def ask(call: str, *arguments: int) -> int | None:
        number = library.seccomp_syscall_resolve_name(call.encode())
        words = [*arguments, 0, 0, 0, 0, 0, 0][:6]
        unsigned = [word & 0xFFFFFFFFFFFFFFFF for word in words]
        said = _execute(program, struct.pack("=iIQ6Q", number, _ARCHITECTURE, 0, *unsigned))
        return None if said == _ALLOWED else said ^ _REFUSED_BY

    return ask


def _execute(program: list[tuple[int, ...]], data: bytes) -> int:
    """What a classic BPF program says, of those instructions that libseccomp uses."""
    word = at = 0
    while True:
        code, then, otherwise, value = program[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            (word,) = struct.unpack_from("=I", data, value)
        elif code == 0x54:
            word &= value
        elif code == 0x05:
            at += value
        else:
            holds = {0x15: word == value, 0x25: word > value, 0x35: word >= value}[code]
            at += then if holds else otherwise


def test_what_is_refused_is_refused_whatever_the_arguments(answer: Answer) -> None:
    library = ctypes.CDLL("libseccomp.so.2")
    here = [c for c in REFUSED if library.seccomp_syscall_resolve_name(c.encode()) >= 0]
    assert {answer(call, *arguments) for call in here for arguments in ((), (-1,) * 6)} == {
        errno.EPERM
    }


def test_the_rest_is_let_through(answer: Answer) -> None:
    calls = ("read", "execve", "kill", "fsync", "fdatasync", "epoll_create1", "timer_create")
    assert {answer(call, *(-1,) * 6) for call in calls} == {None}


@pytest.mark.parametrize("call", ["sync", "syncfs"])
def test_the_machines_disks_are_not_written_out(answer: Answer, call: str) -> None:
    assert answer(call) == 0


_SOL_SOCKET, _SOL_TCP = 1, 6
_PR_SET_NAME, _PR_SET_SECCOMP, _PR_SCHED_CORE = 15, 22, 62
_SO_REUSEADDR, _SO_DETACH_FILTER, _TCP_NODELAY, _TCP_ULP = 2, 27, 1, 31


class TestProgramsInTheKernel:
    @pytest.mark.parametrize("unread", [0, _UNREAD])
    @pytest.mark.parametrize("option", [26, 50, 51, 52])
    def test_no_socket_gets_one(self, answer: Answer, option: int, unread: int) -> None:
        assert answer("setsockopt", 3, _SOL_SOCKET | unread, option | unread) == errno.EPERM

    @pytest.mark.parametrize("unread", [0, _UNREAD])
    def test_no_filter_of_calls(self, answer: Answer, unread: int) -> None:
        assert answer("prctl", _PR_SET_SECCOMP | unread, 2) == errno.EPERM

    def test_other_options_are_let_through(self, answer: Answer) -> None:
        assert answer("prctl", _PR_SET_NAME) is None
        for level, option in (
            (_SOL_SOCKET, _SO_REUSEADDR),
            (_SOL_SOCKET, _SO_DETACH_FILTER),
            (_SOL_TCP, _TCP_NODELAY),
            (_SOL_TCP, 26),
        ):
            assert answer("setsockopt", 3, level, option) is None


def test_no_tls_in_the_kernel(answer: Answer) -> None:
    assert answer("setsockopt", 3, _SOL_TCP, _TCP_ULP) == errno.EPERM


def test_no_core_of_its_own(answer: Answer) -> None:
    assert answer("prctl", _PR_SCHED_CORE, 1, 0, 0, 0) == errno.EPERM


@pytest.mark.parametrize(
    ("call", "place", "flag"),
    [("mmap", 3, 0x40000), ("memfd_create", 1, 4), ("shmget", 2, 0o4000)],
)
def test_no_huge_pages_that_are_put_aside(answer: Answer, call: str, place: int, flag: int) -> None:
    arguments = [0] * 6
    assert answer(call, *arguments) is None
    arguments[place] = ~flag
    assert answer(call, *arguments) is None
    arguments[place] = flag | 1
    assert answer(call, *arguments) == errno.EPERM


@pytest.mark.parametrize("request_", [0x5412, 0x541C, 0x8940, 0x8983, 0x89A0, 0x89A3])
def test_requests_that_type_or_load_modules(answer: Answer, request_: int) -> None:
    assert answer("ioctl", 0, request_) == errno.EPERM
    assert answer("ioctl", 0, request_ | _UNREAD) == errno.EPERM
    assert answer("ioctl", 0, 0x5413) is None  # the size of a terminal


class TestSockets:
    _FAMILIES = (*range(50), -1, _UNREAD | socket.AF_INET, _UNREAD | socket.AF_UNIX)
    _TYPES = (*range(16), *(kind | _FLAGS for kind in range(16)), _UNREAD | 1)
    _PROTOCOLS = (*range(20), 33, 132, 136, 255, 262, -1, _UNREAD | 6)

    def test_of_the_internet_only_tcp_udp_and_ping(self, answer: Answer) -> None:
        through = {
            (kind & 0xF, protocol)
            for kind, protocol in itertools.product(self._TYPES, self._PROTOCOLS)
            if answer("socket", socket.AF_INET, kind, protocol) is None
        }
        assert through == {(1, 0), (1, 6), (2, 0), (2, 1), (2, 17)}

    @pytest.mark.parametrize("flags", [0, _FLAGS])
    def test_flags_change_nothing(self, answer: Answer, flags: int) -> None:
        for kind, protocol in ((1, 0), (1, 6), (2, 0), (2, 1), (2, 17)):
            assert answer("socket", socket.AF_INET, kind | flags, protocol) is None

    def test_what_the_refused_are_told(self, answer: Answer) -> None:
        internet = socket.AF_INET
        assert answer("socket", internet, socket.SOCK_STREAM, 262) == errno.EPROTONOSUPPORT
        assert answer("socket", internet, socket.SOCK_DGRAM, 136) == errno.EPROTONOSUPPORT
        assert answer("socket", internet, socket.SOCK_SEQPACKET, 132) == errno.ESOCKTNOSUPPORT
        assert answer("socket", internet, socket.SOCK_RAW, 1) == errno.EPERM

    @pytest.mark.parametrize("call", ["socket", "socketpair"])
    def test_no_other_family(self, answer: Answer, call: str) -> None:
        through = {family for family in self._FAMILIES if answer(call, family, 1, 0) is None}
        assert through == {socket.AF_UNIX, socket.AF_INET, 16}

    def test_those_of_one_machine_are_of_any_type(self, answer: Answer) -> None:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            assert answer("socketpair", socket.AF_UNIX, kind | _FLAGS, 0) is None

    def test_of_netlink_only_addresses(self, answer: Answer) -> None:
        through = {p for p in range(30) if answer("socket", 16, socket.SOCK_RAW, p) is None}
        assert through == {0}
