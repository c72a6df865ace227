"""The waiting line against a simulated clock."""

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jobe_torch.pool.line import Line, Place

KEYS = ("ada", "bob", "cyd")
SHARES = {"ada": 1.0, "bob": 1.0, "cyd": 2.0}
LENGTH = 4
CELLS = 3
WAIT = 10.0


def place(key: str, *, now: float = 0.0, share: float | None = None) -> Place:
    return Place(key=key, share=share or SHARES.get(key, 1.0), deadline=now + WAIT)


def served(line: Line[Place], count: int) -> list[str]:
    """The keys of the next runs, each ending before the next begins (one cell)."""
    keys = []
    for _ in range(count):
        next_place = line.next(0.0)
        assert next_place is not None
        line.done(next_place)
        keys.append(next_place.key)
    return keys


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
    line: Line[Place] = Line(100)
    for key in ["ada"] * 6 + ["bob"] * 2:
        line.enter(place(key))
    assert served(line, 6) == ["ada", "bob", "ada", "bob", "ada", "ada"]


def test_turns_follow_the_shares() -> None:
    line: Line[Place] = Line(100)
    for key in ["ada", "cyd"] * 30:
        line.enter(place(key))
    assert Counter(served(line, 30)) == {"cyd": 20, "ada": 10}


def test_a_key_that_was_away_has_no_credit() -> None:
    line: Line[Place] = Line(100)
    for _ in range(20):
        line.enter(place("ada"))
    served(line, 10)
    for _ in range(5):
        line.enter(place("bob"))
    assert Counter(served(line, 4)) == {"ada": 2, "bob": 2}


def test_the_key_with_fewer_cells_goes_first() -> None:
    line: Line[Place] = Line(100)
    for _ in range(4):
        line.enter(place("ada"))
    held = [line.next(0.0), line.next(0.0)]
    for _ in range(2):
        line.enter(place("bob"))
    assert [one.key for one in (line.next(0.0), line.next(0.0)) if one] == ["bob", "bob"]
    assert held[0] is not None
    line.done(held[0])
    freed = line.next(0.0)
    assert freed is not None
    assert freed.key == "ada"


@pytest.mark.parametrize(
    ("waiting", "newcomer", "refused"),
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
    waiting: list[str], newcomer: str, refused: tuple[str, int]
) -> None:
    line: Line[Place] = Line(LENGTH)
    places = [place(key) for key in [*waiting, newcomer]]
    outs = [line.enter(one) for one in places]
    assert outs[:-1] == [None] * len(waiting)
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

    def cells_of(self, key: str) -> float:
        return sum(one.key == key for one in self.running) / SHARES[key]

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
        fewest = min(self.cells_of(one.key) for one in alive)
        assert self.cells_of(chosen.key) == fewest, "another key had fewer cells"
        self.waiting.remove(chosen)
        # Places that were over and stood before the chosen one are gone too.
        self.waiting = [one for one in self.waiting if one.deadline > self.now or self.stands(one)]
        self.running.append(chosen)

    def stands(self, one: Place) -> bool:
        return any(one in queue.waiting for queue in self.line._queues.values())

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        ended = data.draw(st.sampled_from(self.running))
        self.running.remove(ended)
        self.line.done(ended)

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
    def the_line_is_bounded_and_remembers_nobody(self) -> None:
        assert len(self.line) == len(self.waiting) <= LENGTH
        inside = {one.key for one in [*self.waiting, *self.running]}
        assert set(self.line._queues) == inside


TestLineMachine = LineMachine.TestCase


@pytest.mark.parametrize("shares", [(1.0, 1.0), (1.0, 3.0), (0.25, 1.0)])
def test_nobody_waits_more_than_a_round(shares: tuple[float, float]) -> None:
    """A quiet key's only run is served within the turns its share gives it."""
    quiet, loud = shares
    line: Line[Place] = Line(1000)
    for _ in range(200):
        line.enter(place("loud", share=loud))
    for _ in range(7):
        first = line.next(0.0)
        assert first is not None
        line.done(first)
    line.enter(place("quiet", share=quiet))
    assert served(line, 50).index("quiet") <= loud / quiet
