"""Before is the broken shop, as it was measured on this machine; never the learner's own attempt."""

from pathlib import Path

import pytest

from tests.played import BETTER, LOST, finish, losing, mend, winning
from tutor.cli.certificate import lines
from tutor.learner.certificate import certificates_of, untouched_measures
from tutor.learner.session import Session
from tutor.learner.untouched import Untouched, before_of
from tutor.tui.screens.win import before_and_after
from tutor.words.texts import Texts


@pytest.fixture
def session(home: Path, tmp_path: Path) -> Session:
    """A learner at level 1."""
    session = Session(tmp_path / "shop")
    session.enter(session.levels[0])
    return session


def test_the_shop_as_it_began_is_the_before(session: Session) -> None:
    """Whatever is measured of it after a repair."""
    level = session.levels[0]
    finish(session, level, LOST)
    mend(session, level)
    finish(session, level, {**BETTER, "queries": 700})

    assert session.history.first_measures(level)["queries"] == LOST["queries"]


def test_the_learner_s_own_run_of_it_goes_before_a_demo(session: Session) -> None:
    """Whichever came first: a briefing promises that it is what counts."""
    level = session.levels[0]
    finish(session, level, {**LOST, "queries": 900, "shown": 1}, variant="broken")
    finish(session, level, LOST)

    before = session.history.first_measures(level)
    assert (before["queries"], before["shown"]) == (LOST["queries"], 1)


def test_another_draw_is_another_shop(home: Path, tmp_path: Path) -> None:
    """What an earlier draw of a level had broken is no before of this one."""
    session = Session(tmp_path / "shop")
    level = next(level for level in session.levels if level.drawn)
    session.enter(level)
    finish(session, level, losing(level))
    drawn, number = session.workspace.contents(), session.workspace.number
    assert session.history.first_measures(level)

    while session.workspace.contents() == drawn:
        session.reset()
    assert session.history.first_measures(level) == {}

    mend(session, level)
    finish(session, level, winning(level))
    entries = list(session.journal.entries())
    assert untouched_measures(session, entries)[level.slug] == {}
    session.workspace.fill(level.slug, session.start_contents(level, number), number)
    assert session.history.first_measures(level)


def test_a_level_that_draws_nothing_is_the_same_shop_whatever_the_number(session: Session) -> None:
    """A reset does not cost the before."""
    level = session.levels[0]
    finish(session, level, LOST)
    session.workspace.fill(level.slug, session.workspace.contents(), number=7)

    assert session.history.first_measures(level)["queries"] == LOST["queries"]


def test_a_ratio_to_itself_is_no_before(session: Session) -> None:
    """It says how crowded the machine was."""
    level = session.levels[0]
    finish(session, level, {**LOST, "time_ratio": 1.54})

    assert "time_ratio" not in session.history.first_measures(level)


def test_an_attempt_of_the_learner_is_no_before(session: Session) -> None:
    """Where nobody measured the broken shop, there is nothing to compare with."""
    level = session.levels[0]
    mend(session, level)
    finish(session, level, LOST)

    assert session.history.first_measures(level) == {}


def test_a_file_of_the_learners_own_makes_it_their_shop(session: Session) -> None:
    """An index, a setting, a migration beside the others: something was tried."""
    level = session.levels[0]
    (session.workspace.folder / "catalog" / "own.py").write_text("")
    finish(session, level, LOST)

    assert session.history.first_measures(level) == {}


def test_a_start_that_cannot_be_composed_is_nobodys(session: Session) -> None:
    """The level of a pack that is gone: no before, and no error."""
    level = session.levels[0]
    finish(session, level, LOST)
    entry = session.history.last_run(level)
    assert entry is not None

    assert Untouched(lambda: session.levels)(entry)
    assert not Untouched(list)(entry)


def test_before_is_one_number_wherever_it_stands(session: Session) -> None:
    """In verdict, certificate and report: the first run's, and beside a win only without one."""
    level = session.levels[0]
    won = {**BETTER, "broken_queries": 1300}
    assert before_of("queries", won, {}) == 1300
    finish(session, level, LOST)

    first = session.history.first_measures(level)
    entries = list(session.journal.entries())
    assert before_of("queries", won, first) == LOST["queries"]
    assert before_of("queries", won, untouched_measures(session, entries)[level.slug]) == 1292


def test_a_certificate_that_is_heard_has_no_arrows(session: Session) -> None:
    """It is read line by line, by a program that says every sign or none."""
    for level in session.levels[:7]:
        session.enter(level)
        finish(session, level, losing(level))
        mend(session, level)
        finish(session, level, winning(level))
    (reached, *_) = certificates_of(session)

    said = "\n".join(lines(reached, Texts("en"), "Betty"))
    assert reached.is_complete
    assert "The chatty front page: gold." in said
    assert not set("→·│") & set(said)


def test_a_verdict_of_an_earlier_draw_is_of_another_shop(home: Path, tmp_path: Path) -> None:
    """Goals, hints and charts begin anew with it, and come back with its files."""
    session = Session(tmp_path / "shop")
    level = next(level for level in session.levels if level.drawn)
    session.enter(level)
    finish(session, level, losing(level))
    entry, drawn = session.history.last_run(level), session.workspace.contents()
    assert entry is not None

    while session.workspace.contents() == drawn:
        session.reset()
    assert session.history.last_run(level) is None
    assert session.history.last_verdict(level) is None
    assert not session.history.missed(level)

    session.restore(entry)
    assert session.history.last_run(level) is not None


def test_what_was_enough_before_is_no_merit(home: Path, tmp_path: Path) -> None:
    """A broken shop that hands out other people's pages is cheap: mending it costs CPU."""
    session = Session(tmp_path / "shop")
    level = next(level for level in session.levels if level.drawn)
    session.enter(level)
    won = winning(level)
    cheap = {**won, "asked": won["asked"] / 2}
    finish(session, level, {**cheap, "failures": 33})
    mend(session, level)
    finish(session, level, won)

    (reached, *_) = certificates_of(session)
    row = next(row for row in reached.rows if row.level == level)
    assert [figure.measure for figure in row.figures] == ["failures"]
    beside = {**won, "broken_asked": won["asked"] / 2}
    assert before_and_after(level, {}, beside, Texts("en")) == []
