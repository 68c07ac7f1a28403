"""Where the game goes on: where one was, then the next open level, then what is left."""

import pytest

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Medal, Outcome, Verdict
from tutor.learner.keeping import keep_run
from tutor.learner.session import Session
from tutor.learner.way import is_through, left, way_on


def finish(session: Session, level: Level, medal: Medal | None = Medal.GOLD) -> None:
    """Keep a full run of the files as they are."""
    outcome = Outcome.WON if medal else Outcome.NOT_YET
    run = RunFinished("r", level.slug, "mine", False, 1.0, Verdict(outcome, medal, (), ()), {})
    keep_run(session, run, session.journal.take(session.workspace.contents()), 0)


def number(level: Level | None) -> int | None:
    """Return the number of a level."""
    return level.number if level else None


def test_before_anything_the_first_level_is_the_way_on(session: Session) -> None:
    """Nobody has to find out on a map where to begin."""
    assert number(way_on(session)) == 1
    assert not is_through(session)


@pytest.mark.parametrize("medal", Medal)
def test_after_a_medal_the_next_open_level_comes(session: Session, medal: Medal) -> None:
    """Whatever medal it was, as long as nobody goes on working at it."""
    session.enter(session.levels[0])
    before = way_on(session)
    finish(session, session.levels[0], medal)

    assert (number(before), number(way_on(session))) == (1, 2)


def test_who_goes_on_after_the_medal_comes_back_to_it(session: Session) -> None:
    """By a change of the files, or by another run; not after gold."""
    level = session.levels[0]
    views = session.workspace.folder / "catalog/views.py"
    session.enter(level)
    finish(session, level, Medal.SILVER)
    start = views.read_text()
    views.write_text("# better\n")
    changed = way_on(session)
    views.write_text(start)
    undone = way_on(session)
    finish(session, level, None)
    tried = way_on(session)
    finish(session, level, Medal.GOLD)
    views.write_text("# for fun\n")

    assert [number(one) for one in (changed, undone, tried, way_on(session))] == [1, 2, 1, 2]


def test_who_comes_back_to_a_level_from_a_later_win_is_there(session: Session) -> None:
    """It is in the workspace because the learner wants it there; another win ends that."""
    first, second, *_ = session.levels
    session.enter(first)
    finish(session, first)
    session.enter(second)
    finish(session, second)
    won = way_on(session)
    session.enter(first)
    back = way_on(session)
    session.enter(second)

    assert [number(one) for one in (won, back, way_on(session))] == [3, 1, 3]


def test_behind_the_last_level_come_those_that_were_left_out(session: Session) -> None:
    """Then nothing is open, and what can be better is left; not where gold is gone."""
    *earlier, last = session.levels
    session.enter(last)
    finish(session, last)
    around = number(way_on(session))
    with session.progress_file.change() as progress:
        for level in earlier:
            progress.record_win(level.slug, Medal.GOLD if level.number > 3 else Medal.SILVER, {})
        progress.of(earlier[0].slug).answer_seen = True

    assert around == 1
    assert way_on(session) is None
    assert is_through(session)
    assert [level.number for level in left(session)] == [2, 3]
