"""Requests that compete for threads: few at one time, and keys take turns."""

import socket
from functools import partial

import pytest

from jobe_torch.cli.serve import turnstile
from jobe_torch.cli.serve.turnstile import MOST, Turnstile
from jobe_torch.cli.serve.worker import key_sent


class Requests:
    """Those that have begun, in order."""

    def __init__(self, turnstile: Turnstile) -> None:
        self.turnstile = turnstile
        self.begun: list[str] = []

    def come(self, *names: str) -> None:
        """Each of a key that is its name up to the dash."""
        for name in names:
            self.turnstile.enter(
                name, partial(str.join, "", name.partition("-")[:1]), partial(self.begin, name)
            )

    def begin(self, name: str) -> None:
        self.begun.append(name)

    def end(self, name: str) -> None:
        with self.turnstile.inside(name):
            assert name in self.begun


@pytest.fixture
def requests() -> Requests:
    return Requests(Turnstile())


def several(key: str, count: int = MOST) -> list[str]:
    return [f"{key}-{number}" for number in range(count)]


def test_few_are_inside_at_one_time(requests: Requests) -> None:
    requests.come(*several("loud", MOST + 2))
    assert requests.begun == several("loud")
    requests.end("loud-3")
    assert requests.begun == several("loud", MOST + 1)


def test_nobody_is_asked_for_a_key_while_there_is_room(requests: Requests) -> None:
    requests.turnstile.enter("one", lambda: pytest.fail("asked"), lambda: requests.begin("one"))
    assert requests.begun == ["one"]


def test_a_quiet_key_does_not_wait_for_all_of_a_loud_one(requests: Requests) -> None:
    requests.come(*several("loud", 1000), "quiet-0", "quiet-1")
    for name in several("loud", 4):
        requests.end(name)
    assert requests.begun[MOST:] == ["loud-8", "quiet-0", "loud-9", "quiet-1"]


def test_a_newcomer_does_not_pass_those_who_wait(requests: Requests) -> None:
    requests.come(*several("a"), "a-8")
    for name in several("a", 2):
        requests.end(name)
    requests.come("b-0", "b-1")
    assert requests.begun == [*several("a", 9), "b-0"]


def test_who_waits_for_a_cell_or_a_client_makes_room_and_then_goes_on(requests: Requests) -> None:
    requests.come(*several("a", MOST + 2))
    with requests.turnstile.inside("a-0"):
        with requests.turnstile.outside():
            assert requests.begun[-1] == "a-8"
        assert requests.turnstile.is_crowded()
    assert requests.begun[-1] == "a-8", "nine had been inside"
    requests.end("a-1")
    assert requests.begun[-1] == "a-9"


def test_other_threads_are_never_inside(requests: Requests) -> None:
    requests.come(*several("a", MOST + 1))
    with requests.turnstile.outside():
        assert requests.begun == several("a")


def test_who_is_inside_for_long_is_not_counted(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests.come(*several("a", 2 * MOST))
    requests.turnstile.admit()
    assert len(requests.begun) == MOST
    monkeypatch.setattr(turnstile, "PATIENCE_SECONDS", -1.0)
    requests.turnstile.admit()
    assert len(requests.begun) == 2 * MOST
    requests.end("a-0")


HEAD = b"POST /runs HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n{"


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        (HEAD % b"X-API-KEY: abc", "abc"),
        (HEAD % b"x-api-key:abc  \r\nAccept: */*", "abc"),
        (HEAD % b"X-Api-Key: \xff", "\xff"),
        (HEAD % b"X-Not-X-API-KEY: abc", ""),
        (HEAD % b"Accept: */*", ""),
        (b"POST /runs HTTP/1.1\r\nX-API-KEY: ab", ""),
        (b"", ""),
    ],
    ids=["usual", "other writing", "odd", "other header", "none", "not all of it", "nothing"],
)
def test_the_key_is_seen_and_stays_unread(sent: bytes, key: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        assert key_sent(ours) == key
        theirs.sendall(b"!")
        assert ours.recv(1 << 16) == sent + b"!"


def test_a_client_that_hung_up_has_no_key() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        assert key_sent(ours) == ""
