"""The waiting line against a simulated clock."""

import itertools
from collections import Counter
from collections.abc import Callable
from math import ceil, exp2, log, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jobe_torch.pool.line import HALF_LIFE_SECONDS, Line, Place

KEYS = ("ada", "bob", "cyd")
SHARES = {"ada": 1.0, "bob": 1.0, "cyd": 2.0}
LENGTH = 4
CELLS = 3
WAIT = 10.0


def place(key: str, *, now: float = 0.0, share: float | None = None) -> Place:
    return Place(key=key, share=share or SHARES.get(key, 1.0), deadline=now + WAIT)


class Cells:
    """Cells that are never idle while somebody waits; the clock jumps from end to end."""

    def __init__(self, line: Line[Place], count: int = 1) -> None:
        self.line = line
        self.idle = count
        self.now = 0.0
        self.running: list[tuple[float, Place]] = []

    def serve(self, runs: int, seconds: Callable[[Place], float] = lambda _: 0.1) -> list[str]:
        """The keys of the next runs to begin."""
        keys: list[str] = []
        while len(keys) < runs:
            if not self.idle:
                self.end_one()
            chosen = self.line.next(self.now)
            assert chosen is not None
            self.idle -= 1
            self.running.append((self.now + seconds(chosen), chosen))
            keys.append(chosen.key)
        return keys

    def end_one(self) -> None:
        ended = min(self.running, key=lambda run: run[0])
        self.running.remove(ended)
        self.now = ended[0]
        self.line.done(ended[1], self.now)
        self.idle += 1


def waiting(*keys: str, share: Callable[[str], float | None] = lambda _: None) -> Line[Place]:
    """A long line, without deadlines that matter."""
    line: Line[Place] = Line(10_000)
    for key in keys:
        line.enter(place(key, now=1e6, share=share(key)))
    return line


def test_one_key_is_served_in_the_order_of_coming() -> None:
    line: Line[Place] = Line(LENGTH)
    places = [place("ada") for _ in range(3)]
    for one in places:
        assert line.enter(one) is None
    assert [line.next(0.0) for _ in places] == places
    assert line.next(0.0) is None


def test_a_run_that_lost_its_cell_stands_first_even_in_a_full_line() -> None:
    line: Line[Place] = Line(1)
    line.enter(place("ada"))
    again = place("ada")
    assert line.enter(again, first=True) is None
    assert line.next(0.0) is again


def test_keys_take_turns_on_one_cell_however_many_runs_they_bring() -> None:
    line = waiting(*["ada"] * 6, *["bob"] * 2)
    assert Cells(line).serve(6) == ["ada", "bob", "ada", "bob", "ada", "ada"]


def test_cell_time_follows_the_shares() -> None:
    cells = Cells(waiting(*["ada", "cyd"] * 100))
    cells.serve(30)
    assert cells.serve(60).count("cyd") == pytest.approx(40, abs=1)


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_keys_get_the_same_time_and_not_the_same_number_of_runs(cells: int) -> None:
    line = waiting(*["long", "short"] * 1000)
    keys = Counter(Cells(line, cells).serve(440, lambda run: 0.2 if run.key == "long" else 0.02))
    assert keys["short"] / keys["long"] == pytest.approx(10, rel=0.15)


def test_a_few_short_runs_go_ahead_of_a_flood_of_long_ones() -> None:
    line = waiting(*["long"] * 100)
    cells = Cells(line)
    cells.serve(10, lambda _: 1.0)
    for _ in range(5):
        line.enter(place("short", now=1e6))
    assert cells.serve(6, lambda _: 0.03) == ["short"] * 5 + ["long"]


def test_a_key_whose_own_long_run_holds_a_cell_goes_ahead_of_a_flood() -> None:
    line = waiting(*["flood"] * 200)
    cells = Cells(line, 2)
    cells.serve(100, lambda _: 0.03)
    for _ in range(3):
        line.enter(place("quiet", now=1e6))
    assert cells.serve(1, lambda _: 0.6) == ["quiet"]
    assert cells.serve(3, lambda _: 0.03) == ["quiet", "quiet", "flood"]


@pytest.mark.parametrize("away", [1.0, 60.0, 1e5], ids=lambda s: f"away {s:g} s")
def test_a_key_that_was_away_is_ahead_for_no_longer_than_a_half_life(away: float) -> None:
    line = waiting(*["ada"] * 100)
    cells = Cells(line)
    cells.now = away
    cells.serve(50)
    for _ in range(100):
        line.enter(place("bob", now=1e6))
    ahead = cells.serve(20).index("ada") * 0.1
    assert 0.8 <= ahead <= HALF_LIFE_SECONDS
    assert Counter(cells.serve(40)) == {"ada": 20, "bob": 20}


def test_cells_that_are_idle_together_do_not_all_go_to_one_key() -> None:
    line = waiting(*["ada"] * 9, *["bob"] * 9)
    cells = Cells(line, 4)
    assert Counter(cells.serve(4, lambda _: 1.0)) == {"ada": 2, "bob": 2}


def test_the_key_with_fewer_cells_goes_first() -> None:
    line = waiting(*["ada"] * 4)
    held = [line.next(0.0), line.next(0.0)]
    for _ in range(2):
        line.enter(place("bob"))
    assert [one.key for one in (line.next(0.0), line.next(0.0)) if one] == ["bob", "bob"]
    assert held[0] is not None
    line.done(held[0], 0.1)
    freed = line.next(0.1)
    assert freed is not None
    assert freed.key == "ada"


def test_clearing_takes_out_all_that_wait_and_nothing_else() -> None:
    line: Line[Place] = Line(LENGTH)
    one, two, three = place("ada"), place("bob"), place("ada")
    for each in (one, two, three):
        line.enter(each)
    assert line.next(0.0) is one
    assert set(line.clear()) == {two, three}
    assert (len(line), line.next(0.0), line.clear()) == (0, None, [])
    line.done(one, 1.0)


@pytest.mark.parametrize(
    ("others", "newcomer", "refused"),
    [
        (["ada"] * 4, "ada", ("ada", 4)),
        (["ada"] * 4, "bob", ("ada", 3)),
        (["ada", "ada", "bob", "bob"], "cyd", ("ada", 1)),
        (["ada", "ada", "bob", "cyd"], "bob", ("bob", 4)),
        (["cyd", "cyd", "cyd", "ada"], "ada", ("ada", 4)),
    ],
    ids=["own key crowds", "other key crowds", "tie of others", "own tie", "share counts"],
)
def test_a_full_line_refuses_the_newest_of_the_most_crowded_key(
    others: list[str], newcomer: str, refused: tuple[str, int]
) -> None:
    line: Line[Place] = Line(LENGTH)
    places = [place(key) for key in [*others, newcomer]]
    outs = [line.enter(one) for one in places]
    assert outs[:-1] == [None] * len(others)
    key, index = refused
    assert outs[-1] is places[index]
    assert places[index].key == key
    assert len(line) == LENGTH


def test_leaving_twice_or_after_being_served_changes_nothing() -> None:
    line: Line[Place] = Line(LENGTH)
    one, two = place("ada"), place("ada")
    line.enter(one)
    line.enter(two)
    line.leave(one)
    line.leave(one)
    assert line.next(0.0) is two
    line.leave(two)
    assert len(line) == 0


class LineMachine(RuleBasedStateMachine):
    """A server with three cells and its line, compared with plain lists."""

    def __init__(self) -> None:
        super().__init__()
        self.line: Line[Place] = Line(LENGTH)
        self.now = 0.0
        self.waiting: list[Place] = []
        self.running: list[Place] = []
        self.cell_time: list[tuple[str, float, float]] = []
        """Whose, from when, until when."""
        self.begun: dict[Place, float] = {}

    def claim_of(self, key: str) -> float:
        """The integral of its cells over time, each moment weighed by its age; and one each."""
        inside = [(one.key, self.begun[one], self.now) for one in self.running]
        used = sum(
            (exp2(until - self.now) - exp2(since - self.now)) / log(2)
            for whose, since, until in (*self.cell_time, *inside)
            if whose == key
        )
        return (used + sum(one.key == key for one in self.running)) / SHARES[key]

    def alive(self) -> list[Place]:
        return [one for one in self.waiting if one.deadline > self.now]

    @rule(key=st.sampled_from(KEYS))
    def arrive(self, key: str) -> None:
        newcomer = place(key, now=self.now)
        crowd = Counter(one.key for one in [*self.waiting, newcomer])
        refused = self.line.enter(newcomer)
        self.waiting.append(newcomer)
        if refused is None:
            return
        assert len(self.waiting) > LENGTH, "refused though there was room"
        most = max(count / SHARES[key] for key, count in crowd.items())
        assert crowd[refused.key] / SHARES[refused.key] == most
        assert refused is [one for one in self.waiting if one.key == refused.key][-1]
        self.waiting.remove(refused)

    @precondition(lambda self: len(self.running) < CELLS)
    @rule()
    def serve(self) -> None:
        chosen = self.line.next(self.now)
        alive = self.alive()
        if chosen is None:
            assert not alive, "a cell was idle though a run waited"
            self.waiting.clear()
            return
        assert chosen.deadline > self.now, "served too late"
        assert chosen is next(one for one in alive if one.key == chosen.key)
        least = min(self.claim_of(one.key) for one in alive)
        assert self.claim_of(chosen.key) == pytest.approx(least), "another key had less"
        self.waiting.remove(chosen)
        # Places that were over and stood before the chosen one are gone too.
        self.waiting = [one for one in self.waiting if one.deadline > self.now or self.stands(one)]
        self.running.append(chosen)
        self.begun[chosen] = self.now

    def stands(self, one: Place) -> bool:
        return any(one in queue.waiting for queue in self.line._queues.values())

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        ended = data.draw(st.sampled_from(self.running))
        self.running.remove(ended)
        self.line.done(ended, self.now)
        self.cell_time.append((ended.key, self.begun.pop(ended), self.now))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def hang_up(self, data: st.DataObject) -> None:
        leaver = data.draw(st.sampled_from(self.waiting))
        self.waiting.remove(leaver)
        self.line.leave(leaver)

    @rule(seconds=st.sampled_from([0.5, 4.0, 11.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def the_line_is_bounded(self) -> None:
        assert len(self.line) == len(self.waiting) <= LENGTH

    @precondition(lambda self: len(self.running) < CELLS)
    @rule()
    def be_away_for_long(self) -> None:
        self.now += 100.0
        self.waiting.clear()
        for _ in range(2):
            assert self.line.next(self.now) is None
        assert set(self.line._queues) == {one.key for one in self.running}, "takes memory"


TestLineMachine = LineMachine.TestCase


@given(
    cells=st.integers(1, 4),
    others=st.integers(1, 4),
    lengths=st.lists(st.floats(0.01, 3.0), min_size=1, max_size=30),
    had=st.floats(0.0, 20.0),
)
def test_nobody_starves(cells: int, others: int, lengths: list[float], had: float) -> None:
    """Whatever a key has had, and whatever runs the others flood the line with.

    Its claim halves each second, those of who is served grow: soon each other key has had its
    run, and claims more.
    """
    line = waiting(*["ada"] * cells)
    server = Cells(line, cells)
    server.serve(cells, lambda _: had)
    server.now = had  # where all ended
    length = itertools.cycle(lengths)
    while server.running:
        server.end_one()
    line.enter(ada := place("ada", now=1e6))
    for _ in range(2000):
        for number in range(others):
            line.enter(place(f"other {number}", now=1e6))
    began = server.now
    while server.serve(1, lambda _: next(length)) != [ada.key]:
        pass
    longest = max(lengths)
    soon = log2(1 + others) + longest
    assert server.now - began <= soon + ceil(others / cells) * longest
