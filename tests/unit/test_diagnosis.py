"""What the learner says is wrong is kept, costs nothing, and stands beside the measurement."""

from pathlib import Path

import pytest

from tests.tui import fakes
from tutor.base.errors import UsageError
from tutor.curriculum import Level, load_levels
from tutor.judge import Evidence, Finding, Kind, Verdict, evidence, judge
from tutor.words.texts import Texts


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fakes.FakeSession:
    """A learner at level 1."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    session = fakes.FakeSession(tmp_path / "shop")
    session.enter(session.levels[0])
    return session


def test_a_choice_is_remembered_and_may_change(session: fakes.FakeSession) -> None:
    """The last word counts, and neither medal nor hints know of it."""
    level = session.levels[0]
    session.diagnose(level, "disk")
    session.diagnose(level, "questions")

    mine = session.level_progress(level)
    assert (mine.diagnosis, mine.hints, mine.answer_seen) == ("questions", 0, False)


def test_an_unknown_choice_gets_the_nearest(session: fakes.FakeSession) -> None:
    """Nothing is remembered of it."""
    with pytest.raises(UsageError, match="There is no choice 'dsk'") as caught:
        session.diagnose(session.levels[0], "dsk")

    assert "'disk'" in caught.value.hint
    assert session.level_progress(session.levels[0]).diagnosis == ""


def test_the_journal_keeps_it_with_the_run(session: fakes.FakeSession) -> None:
    """A run of the learner's own shop remembers what they had said by then."""
    level = session.levels[0]
    list(session.play(level))
    session.diagnose(level, "disk")
    list(session.play(level))

    newest, before = (entry.run for entry in session.journal.entries(level=level.slug))
    assert newest is not None
    assert before is not None
    assert newest["diagnosis"] == "disk"
    assert "diagnosis" not in before


ASKING = [level for level in load_levels() if level.diagnosis]


@pytest.mark.parametrize("level", ASKING, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", ["en", "es"])
def test_right_and_wrong_are_told_with_the_figure(level: Level, language: str) -> None:
    """A right one is agreed with; against a wrong one speaks the level's own sentence."""
    texts, asked, shown = Texts(language), level.diagnosis, Evidence()
    assert asked is not None
    for name, choice in asked.choices.items():
        told = texts.diagnosis(level, name, shown)
        assert choice[language] in told
        assert asked.choices[asked.right][language] in told
        if name != asked.right:
            assert asked.against[name][language] in told
    assert texts.diagnosis(level, "", shown) == texts.diagnosis(level, "nonsense", shown) == ""


@pytest.mark.parametrize("level", ASKING, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", ["en", "es"])
def test_where_nothing_was_measured_nobody_is_right(level: Level, language: str) -> None:
    """Every choice is told alike, and the right one is not given away."""
    texts, asked = Texts(language), level.diagnosis
    assert asked is not None
    for choice in asked.choices:
        told = texts.diagnosis(level, choice, None)
        said = asked.choices[choice][language]
        assert told == texts("diagnosis.unknown", said=said)


def verdict_of(measures: dict[str, float], *found: str) -> Verdict:
    """Return the verdict of a full run of level 1."""
    findings = [Finding(one, Kind.FOUL) for one in found]
    return judge(ASKING[0].goals, measures, findings)


LOST = {"queries": 1292, "slope": 6, "time_ratio": 1.0, "failures": 0}
WON = {"queries": 1, "slope": 0, "time_ratio": 0.1, "failures": 0}
BEFORE = {"queries": 1292}


def shown(verdict: Verdict, before: dict[str, float]) -> Evidence | None:
    """Return what speaks for the cause of level 1, which its statements show."""
    return evidence(verdict, ASKING[0].goals, ("queries",), {}, before)


def test_a_measure_that_falls_short_speaks() -> None:
    """The trouble is there, in this very run."""
    spoken = shown(verdict_of(LOST), {})

    assert spoken is not None
    assert spoken.goal is not None
    assert (spoken.goal.value, spoken.before) == (1292, None)


def test_a_run_that_measured_nothing_of_it_says_nothing() -> None:
    """A shop that does not start; a run whose statements are fine and were never counted before."""
    assert shown(verdict_of({}, "shop_does_not_start"), BEFORE) is None
    assert shown(verdict_of({**WON, "failures": 3}), {}) is None


def test_what_is_mended_speaks_beside_what_was_broken() -> None:
    """Also in a run that is lost for something else."""
    spoken = shown(verdict_of({**WON, "failures": 3}), BEFORE)

    assert spoken is not None
    assert spoken.before == 1292
    for language, figure in (
        ("en", "Your repair speaks for it: 1 statement, 1292 before."),
        ("es", "Tu arreglo lo respalda: 1 sentencia; antes, 1292."),
    ):
        assert Texts(language).diagnosis(ASKING[0], "questions", spoken).endswith(figure)


def test_a_number_that_no_goal_is_about_speaks_where_it_was_measured() -> None:
    """It is told as it is: there is no bound that it could miss."""
    goals, verdict = ASKING[0].goals, verdict_of(WON)
    spoken = evidence(verdict, goals, ("broken_ms",), {"broken_ms": 402}, {})

    assert spoken is not None
    assert spoken.goal is not None
    assert (spoken.goal.value, spoken.before, spoken.by_repair) == (402, None, False)
    assert evidence(verdict, goals, ("broken_ms",), {}, {}) == Evidence(by_win=True)


def test_a_win_speaks_where_nothing_else_does() -> None:
    """It was the repair of that cause that was measured."""
    assert shown(verdict_of(WON), {}) == Evidence(by_win=True)


def test_a_finding_may_be_what_speaks() -> None:
    """A level names measures and findings alike."""
    verdict = verdict_of({**WON, "failures": 3}, "repeats")

    assert evidence(verdict, ASKING[0].goals, ("repeats",), {}, {}) == Evidence()
    assert evidence(verdict, ASKING[0].goals, ("grows",), {}, {}) is None


def test_without_names_the_bronze_measures_speak() -> None:
    """Those of silver and gold alone do not."""
    assert evidence(verdict_of({**WON, "queries": 100}), ASKING[0].goals, (), {}, {}) is not None
    silver_only = judge(ASKING[0].goals, {**WON, "slope": 1, "failures": 0}, [])
    assert evidence(silver_only, ASKING[0].goals, (), {}, {}) == Evidence(by_win=True)
