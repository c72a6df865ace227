"""The page in which a run says that it has ended."""

from __future__ import annotations

import ctypes
import os

import pytest

from jobe_torch.cell.last_word import LastWord


@pytest.fixture
def word() -> LastWord:
    return LastWord(LastWord.make())


def test_nothing_is_said_at_first(word: LastWord) -> None:
    assert word.status is None


def say(word: LastWord, status: int) -> None:
    word.say(status)
    ctypes.CDLL(None).time(ctypes.byref(word.end))


@pytest.mark.parametrize("status", [0, 1, 120, 254])
def test_a_fork_is_heard(word: LastWord, status: int) -> None:
    pid = os.fork()
    if pid == 0:
        say(word, status)
        os._exit(0)
    os.waitpid(pid, 0)
    assert word.status == status


def test_a_status_is_not_the_last_word_while_exit_handlers_run(word: LastWord) -> None:
    ctypes.CDLL(None).time(ctypes.byref(word.end))  # the end of a child
    word.say(0)
    assert word.status is None


@pytest.mark.parametrize("byte", [b"\1", b"\x80", b"\xff"])
def test_whatever_a_forger_writes_is_a_status(word: LastWord, byte: bytes) -> None:
    word._memory[:16] = byte * 16
    assert word.status in range(256)


def test_what_is_forgotten_is_gone_to_the_last_byte(word: LastWord) -> None:
    say(word, 1)
    word._memory[-6:] = b"secret"
    word.forget()
    assert word.status is None
    assert bytes(word._memory) == bytes(len(word._memory))


def test_nobody_can_take_the_page_away() -> None:
    descriptor = LastWord.make()
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, 0)
    os.close(descriptor)
