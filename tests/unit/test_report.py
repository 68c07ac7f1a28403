"""The report: what it tells, in both languages, and that it escapes whatever it is given."""

from pathlib import Path

import pytest

from tests.played import BETTER, LOST, REPEATS, Clock, finish, mend, play_first
from tutor.base.errors import TutorError
from tutor.learner.session import Session
from tutor.report import write_report
from tutor.report.charts import Point, progress
from tutor.report.data import PAUSE, gather, time_spent
from tutor.words.markup import Markup, tag
from tutor.words.texts import Texts


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time, which a test moves."""
    clock = Clock()
    monkeypatch.setattr("tutor.learner.journal.time", clock)
    monkeypatch.setattr("tutor.learner.progress.time", clock)
    return clock


def test_text_is_escaped_unless_an_element_made_it() -> None:
    """In content and in attributes, however deep."""
    element = tag("p", ["<b>", [tag("i", "&")]], None, title='"', class_="x", hidden=True, id=None)

    assert element == '<p title="&quot;" class="x" hidden>&lt;b&gt;<i>&amp;</i></p>'
    assert isinstance(element, Markup)


def test_it_tells_every_attempt_with_figures_and_diffs(session: Session, clock: Clock) -> None:
    """Lost, bronze, gold: what was measured, what was changed in between, and what won."""
    level = play_first(session, clock)

    told = gather(session, Texts("en")).levels[0]

    assert [str(a.run.verdict.medal or "") for a in told.attempts] == ["", "bronze", "gold"]
    assert told.attempts[0].diff == ""
    assert "+# select_related" in told.attempts[1].diff
    assert "-# select_related" in told.attempts[2].diff
    assert "select_related(" in told.diff
    assert "# select_related" not in told.diff
    assert told.quick_checks == 1
    queries = next(c for c in told.comparisons if c.measure == "queries")
    assert (queries.before, queries.after, queries.goal.at_most) == (1292, 1, 12)
    assert "The measurement says" in told.diagnosis
    assert level.number == 1


def test_before_a_win_the_last_run_is_what_comes_after(session: Session, clock: Clock) -> None:
    """The figures are the last run's, and the diff goes as far as it went."""
    level = session.levels[0]
    session.enter(level)
    finish(session, level, LOST, REPEATS)
    mend(session, level)
    finish(session, level, {**BETTER, "failures": 3})

    told = gather(session, Texts("en")).levels[0]

    assert (told.comparisons[0].before, told.comparisons[0].after) == (1292, 201)
    assert "select_related(" in told.diff
    assert not told.mine.medal


def test_pauses_are_not_counted(session: Session, clock: Clock) -> None:
    """Time between two entries counts for the later one's level, unless it is a long time."""
    first, second = session.levels[:2]
    session.enter(first)
    finish(session, first, LOST, seconds=10)
    clock.now += 100
    finish(session, first, LOST)
    clock.now += PAUSE + 1
    finish(session, first, LOST, seconds=7)
    clock.now += 30
    session.enter(second)
    clock.now += 50
    finish(session, second, {})

    spent = time_spent(list(session.journal.entries())[::-1])

    assert spent == {first.slug: 10 + 100 + 7 + 30, second.slug: 50}


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_speaks_both_languages(
    session: Session, clock: Clock, tmp_path: Path, language: str
) -> None:
    """Headings, goals, findings, hints; no sentence keeps a value it was not given."""
    level = play_first(session, clock)

    html = write_report(session, Texts(language), tmp_path / "r.html").read_text()

    assert f'<html lang="{language}">' in html
    assert level.title[language] in html
    assert Texts(language)("report.before_after") in html
    assert any(hint.text[language].split("&")[0][:30] in html for hint in level.hints)
    assert "{count}" not in html


def test_a_learner_who_has_not_begun_gets_a_report_too(session: Session, tmp_path: Path) -> None:
    """Every level is there, and each says that it is not begun."""
    html = write_report(session, Texts("en"), tmp_path / "r.html").read_text()

    assert html.count("Not begun.") == len(session.levels)
    assert "The certificate comes when all 7 are won." in html


def test_a_state_that_was_lost_does_not_lose_the_report(session: Session, clock: Clock) -> None:
    """Where the journal lacks a file, the report says so in the place of the diff."""
    play_first(session, clock)
    for path in (session.journal.folder / "objects").rglob("*"):
        if path.is_file():
            path.unlink()

    told = gather(session, Texts("en")).levels[0]

    assert "is incomplete" in told.diff
    assert len(told.attempts) == 3


def test_a_folder_that_is_not_there_is_explained(session: Session, tmp_path: Path) -> None:
    """The file it stands in the way of is named."""
    (tmp_path / "file").touch()

    with pytest.raises(TutorError, match="file"):
        write_report(session, Texts("en"), tmp_path / "file" / "r.html")


@pytest.mark.parametrize(
    "values", [[5.0], [None], [0.0, 0.0], [1292.0, 201.0, 0.0], [0.3, 0.31], [-1.0, 4.0]]
)
def test_any_values_can_be_drawn(values: list[float | None]) -> None:
    """One, none, nothing but zero, far apart, close together: every mark is in the picture."""
    points = [Point(str(n), value, "won", "") for n, value in enumerate(values)]

    svg = progress(points, 12.0, "title", Texts("en"), bound_label="≤ 12")

    ys = [float(part.split('"')[0]) for part in svg.split(' cy="')[1:]]
    assert len(ys) == len(values)
    assert all(0 < y < 120 for y in ys)
    assert "nan" not in svg
