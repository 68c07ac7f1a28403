"""From events to who is stuck, and on what."""

from typing import Any

import pytest

from tutor.room.fold import Fact, fold
from tutor.room.state import RoomState, SeatState
from tutor.room.stuck import MINUTES, order, sums, why_stuck

LEVEL, NEXT = "01_n_plus_one", "02_one_server"


class Told:
    """A room that is told one thing after the other, at moments of our choice."""

    def __init__(self, seats: int = 1) -> None:
        self.room, self.now, self.ids = RoomState(1), 1000.0, 0
        for number in range(1, seats + 1):
            who = {"nickname": f"seat {number}", "name": "", "language": "en"}
            self.tell(number, "joined", **who)

    def tell(self, at: int, kind: str, /, **data: Any) -> None:
        """Let something happen now."""
        self.ids += 1
        n = 0 if kind == "joined" else self.ids
        fold(self.room, Fact(self.ids, at, n, kind, data, self.now))

    def lose(self, seat: int = 1, level: str = LEVEL, goal: str = "a", **more: Any) -> None:
        """Let a seat lose a full run by *goal*."""
        self.end(seat, "lost", level, [[goal, "missed"], ["z", "open"]], **more)

    def end(self, seat: int, outcome: str, level: str, goals: list[Any], **more: Any) -> None:
        """Let a run of a seat end."""
        data = {"quick": False, "medal": "", "finding": "", "findings": [], "seconds": 1} | more
        self.tell(seat, "run_finished", level=level, outcome=outcome, goals=goals, **data)

    def seat(self, number: int = 1) -> SeatState:
        """Return a seat."""
        return self.room.seats[number]

    def why(self, number: int = 1) -> str:
        """Return why a seat is stuck now."""
        return why_stuck(self.seat(number), self.now)


def first_goal(level: str) -> str:
    """Return the goal a level begins with."""
    return "first"


def test_the_same_goal_lost_three_times_is_stuck() -> None:
    """Twice is practice; another goal begins anew."""
    told = Told()
    told.lose()
    told.lose()
    assert told.why() == ""

    told.lose()

    assert told.why() == "lost"
    told.lose(goal="b")
    assert told.why() == ""


@pytest.mark.parametrize("outcome", ["cannot_tell", "our_fault", "cancelled"])
def test_what_is_not_the_learner_s_fault_is_not_counted(outcome: str) -> None:
    """Nor is it news."""
    told = Told()
    told.lose()
    for _ in range(5):
        told.end(1, outcome, LEVEL, [["a", "missed"]])

    assert told.why() == ""
    assert (told.seat().losses, told.seat().records[LEVEL].runs) == (1, 1)


def test_a_check_on_save_is_no_lost_run() -> None:
    """Whoever saves often is at work."""
    told = Told()
    for _ in range(9):
        told.lose(quick=True)

    assert told.why() == ""


def test_long_without_news_is_stuck_and_news_ends_it() -> None:
    """The same result again is no news; another finding is."""
    told = Told()
    told.lose(finding="x")
    told.now += 60 * MINUTES - 1
    told.lose(finding="x")
    assert told.why() == ""
    told.now += 1
    assert told.why() == "long"

    told.lose(goal="a", finding="y")

    assert told.seat().losses == 3
    assert told.why() == "lost"
    told.lose(goal="b", finding="y")
    assert told.why() == ""


def test_nobody_is_stuck_who_has_not_begun() -> None:
    """Neither who never opened a level, nor who opened one and went for lunch."""
    told = Told(2)
    told.tell(2, "level_opened", level=LEVEL)
    told.now += 5 * 3600

    assert told.why(1) == told.why(2) == ""


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("ready", {"level": LEVEL, "on": True}),
        ("left", {}),
        ("level_opened", {"level": NEXT}),
    ],
)
def test_who_says_so_is_not_stuck_any_more(kind: str, data: dict[str, Any]) -> None:
    """Ready, gone, or somewhere else."""
    told = Told()
    for _ in range(3):
        told.lose()
    assert told.why() == "lost"

    told.tell(1, kind, **data)

    assert told.why() == ""


def test_a_win_ends_it_and_the_better_medal_stays() -> None:
    """A later bronze takes no gold away; a quick win is none, nor is one without a medal."""
    told = Told()
    for _ in range(3):
        told.lose()
    told.end(1, "won", LEVEL, [["a", "reached"], ["z", "open"]], quick=True)
    assert told.seat().goal == "z"
    told.end(1, "won", LEVEL, [["a", "reached"]])
    assert not told.seat().has_won

    told.end(1, "won", LEVEL, [["a", "reached"]], medal="gold")
    told.end(1, "won", LEVEL, [["a", "reached"]], medal="bronze")

    assert told.seat().records[LEVEL].medal == "gold"
    assert told.why() == ""


def test_the_sums_count_who_is_on_a_goal_and_what_they_found() -> None:
    """The goal with most who are stuck comes first; who has won or left is in none."""
    told = Told(6)
    for seat, finding in ((1, "x"), (2, "y"), (3, "x")):
        for _ in range(3):
            told.lose(seat, finding=finding)
    told.lose(4)
    told.tell(5, "level_opened", level=NEXT)
    told.end(6, "won", LEVEL, [["a", "reached"]], medal="bronze")

    found = sums(told.room.present(), first_goal, told.now)

    assert [(one.level, one.goal) for one in found] == [(LEVEL, "a"), (NEXT, "first")]
    assert found[0].seats == (1, 2, 3, 4)
    assert found[0].stuck == (1, 2, 3)
    assert found[0].findings == (("x", 2), ("y", 1))
    assert found[1].stuck == ()


def test_stuck_ones_come_first_and_the_longest_of_them_at_the_top() -> None:
    """Then who is at work, then who has won."""
    told = Told(4)
    told.end(3, "won", LEVEL, [["a", "reached"]], medal="bronze")
    for seat in (2, 1):
        for _ in range(3):
            told.lose(seat)
        told.now += 60
    told.tell(4, "level_opened", level=LEVEL)

    seats = sorted(told.room.present(), key=lambda seat: order(seat, told.now))

    assert [seat.number for seat in seats] == [2, 1, 4, 3]


def test_an_incident_is_mended_once() -> None:
    """Only who was sent it, and what came after the mending changes nothing."""
    told = Told(2)
    body = {"kind": "incident", "incident": "crawler"}
    told.tell(0, "push", seats=[1], aim="all", by="", body=body)
    message = told.ids

    for seat in (1, 2):
        told.tell(seat, "incident", id=message, state="begun", seconds=0)
        told.tell(seat, "incident", id=message, state="mended", seconds=42)
        told.tell(seat, "incident", id=message, state="mended", seconds=1)

    assert told.seat(1).incidents == {message: ("mended", 42)}
    assert told.seat(2).incidents == {}


def test_a_seat_that_is_forgotten_is_in_nothing() -> None:
    """Neither in a message nor in the curve; what is said of it later is nobody's."""
    told = Told(2)
    told.tell(1, "level_opened", level=LEVEL)
    told.tell(0, "push", seats=[1, 2], aim="all", by="", body={"kind": "sentence", "text": "hi"})

    told.tell(0, "seat_removed", seat=1)
    told.lose(1)

    assert [seat.number for seat in told.room.present()] == [2]
    assert [message.seats for message in told.room.messages.values()] == [(2,)]
    assert told.room.moves == []
