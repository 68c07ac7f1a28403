"""Judged by counters alone: what hangs on the clock decides nothing."""

import pytest

from tests.graded import LEVEL, RUNS
from tests.played import GOLD, Clock, finish
from tutor.curriculum import Level, corpus, load_levels
from tutor.events import RunFinished, RunStarted
from tutor.judge import Finding, Goal, Kind, Medal, Outcome, asked_of_run, judge
from tutor.learner.certificate import full_runs
from tutor.learner.session import Session

FEW = Goal("few", "queries", Medal.BRONZE, at_most=12)
FAST = Goal("fast", "time_ratio", Medal.BRONZE, at_most=0.6, by_clock=True)
SLOW = {"queries": 12, "time_ratio": 0.9}
NOISE = Finding("too_noisy", Kind.NOISE, {"measure": "time_ratio"})
LEVELS = load_levels()


def test_a_clock_decides_only_where_it_is_asked() -> None:
    """Too slow, or too noisy to tell: with counters alone neither costs the win."""
    assert judge([FEW, FAST], SLOW, []).outcome is Outcome.NOT_YET
    assert judge([FEW, FAST], {**SLOW, "time_ratio": 0.5}, [NOISE]).outcome is Outcome.CANNOT_TELL

    verdict = judge([FEW, FAST], SLOW, [NOISE], counters=True)

    assert (verdict.outcome, verdict.medal) == (Outcome.WON, Medal.BRONZE)
    assert [goal.id for goal in verdict.goals] == ["few"]


def test_what_is_counted_decides_as_ever() -> None:
    """A missed goal, a foul, and noise about a counter."""
    noise = Finding("too_noisy", Kind.NOISE, {"measure": "queries"})

    assert judge([FEW, FAST], {"queries": 13}, [], counters=True).outcome is Outcome.NOT_YET
    foul = judge([FEW, FAST], SLOW, [Finding("x", Kind.FOUL)], counters=True)
    assert foul.outcome is Outcome.NOT_YET
    assert judge([FEW, FAST], SLOW, [noise], counters=True).outcome is Outcome.CANNOT_TELL


def test_noise_counts_while_another_goal_asks_for_the_measure() -> None:
    """A measure is left out where nobody asks for it any more."""
    also = Goal("also", "time_ratio", Medal.BRONZE, at_most=2)

    assert judge([FEW, FAST, also], SLOW, [NOISE], counters=True).outcome is Outcome.CANNOT_TELL


def test_where_nothing_counts_nobody_can_tell() -> None:
    """A level that has a clock and nothing else is not won for nothing."""
    assert judge([FAST], SLOW, [], counters=True).outcome is Outcome.CANNOT_TELL
    silver = Goal("s", "queries", Medal.SILVER, at_most=12)
    assert judge([FAST, silver], SLOW, [], counters=True).outcome is Outcome.CANNOT_TELL


def test_our_levels_say_which_of_their_goals_hang_on_a_clock() -> None:
    """Ratios of times, who still waits, and what has to be seen within seconds."""
    by_clock = {(level.number, g.id) for level in LEVELS for g in level.goals if g.by_clock}

    assert {
        *((1, "faster"), (2, "all_answered"), (5, "no_long_wait"), (7, "sale_answered")),
        *((9, "true_at_once"), (9, "nobody_waits")),
        (12, "seen_at_once"),
    } <= by_clock
    of_times = ("time_ratio", "wait_ratio")
    ratios = {g.id for level in LEVELS for g in level.goals if g.measure.endswith(of_times)}
    assert ratios <= {goal for _, goal in by_clock}


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_a_level_can_be_judged_by_counters(level: Level) -> None:
    """A bronze goal is left, and no wrong answer that we know is refused by a clock alone."""
    left = asked_of_run(level.goals, counters=True)
    clocks = {goal.id for goal in level.goals} - {goal.id for goal in left}

    assert any(goal.medal is Medal.BRONZE for goal in left)
    assert not clocks & {answer.refused for answer in corpus(level)}


def test_such_a_run_gives_no_medal_in_the_game(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept in the journal as what it is."""
    monkeypatch.setattr("tutor.learner.journal.time", Clock())
    session.enter(LEVEL)
    taken = session.journal.take(session.workspace.contents())

    session._remember(RUNS["counters"], taken, session.workspace.number)

    (entry,) = session.journal.entries()
    assert entry.outcome == "won"
    assert entry.run
    assert entry.run["counters"] is True
    assert (session.level_progress(LEVEL).medal, session.level_progress(LEVEL).attempts) == ("", 0)
    assert full_runs([entry]) == {}
    finish(session, LEVEL, GOLD)
    assert session.level_progress(LEVEL).medal == "gold"


def test_a_run_of_an_older_journal_was_a_whole_one() -> None:
    """Its journal does not say; what says something else than yes or no is not believed."""
    told = RUNS["gold"].to_json()
    told.pop("counters")

    old = RunFinished.from_json(told)

    assert old is not None
    assert old.counters is False
    assert RunFinished.from_json({**told, "counters": 1}) is None
    assert RunStarted("r", "l", "mine", False).counters is False
