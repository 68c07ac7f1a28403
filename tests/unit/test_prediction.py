"""A number, guessed before the repair, beside what was measured after the win."""

from pathlib import Path

import pytest

from tests.tui import fakes
from tutor.base.errors import UsageError
from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level, load_levels
from tutor.words.texts import Texts

LEVELS = load_levels()


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fakes.FakeSession:
    """A learner at level 1."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    session = fakes.FakeSession(tmp_path / "shop")
    session.enter(session.levels[0])
    return session


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_asks_for_a_number_that_it_measures(level: Level, language: str) -> None:
    """The question is there, and so is what the number counts."""
    assert level.diagnosis
    assert level.prediction
    assert level.prediction.question[language].endswith("?")
    assert Texts(language).unit(level, level.prediction.measure)


@pytest.mark.parametrize(
    ("guess", "said"),
    [(12, "To the digit."), (13, "Close."), (40, "Measuring was a good idea.")],
)
def test_guess_and_measurement_stand_side_by_side(guess: float, said: str) -> None:
    """Exact, close and far have their own words."""
    told = Texts("en").prediction(LEVELS[0], guess, {"queries": 12})

    assert told == f"Your guess: {guess}. It came to 12 statements. {said}"


def test_without_a_guess_or_a_measurement_nothing_is_said() -> None:
    """Nobody has to guess, and not every run measures everything."""
    texts = Texts("en")

    assert texts.prediction(LEVELS[0], None, {"queries": 12}) == ""
    assert texts.prediction(LEVELS[0], 40, {}) == ""


def test_a_guess_is_kept_and_goes_into_the_journal(session: fakes.FakeSession) -> None:
    """It costs no medal, and the run remembers it."""
    level = session.levels[0]
    session.predict(level, 40)
    list(session.play(level))

    newest = next(session.journal.entries(level=level.slug)).run
    assert newest is not None
    assert newest["prediction"] == 40
    assert session.level_progress(level).medal == "gold"


@pytest.mark.parametrize("number", [-1, float("inf"), float("nan")])
def test_what_cannot_be_measured_is_no_guess(session: fakes.FakeSession, number: float) -> None:
    """Nothing is remembered of it."""
    with pytest.raises(UsageError, match="cannot be measured"):
        session.predict(session.levels[0], number)

    assert session.level_progress(session.levels[0]).prediction is None


def test_what_was_measured_first_stays_what_was_measured_first(
    session: fakes.FakeSession,
) -> None:
    """A later run changes nothing of it; a measure that only it has is added; a win says nothing."""
    level = session.levels[0]
    session.script = fakes.run({"queries": 1292})
    list(session.play(level, quick=True))
    session.script = fakes.run({"queries": 201, "rps": 9.0})
    list(session.play(level))
    session.script = fakes.run(fakes.GOLD)
    list(session.play(level))

    assert session.history.first_measures(level) == {"queries": 1292, "rps": 9.0}
    assert session.history.earlier(level, "queries") == [1292, 201, 1]


def test_a_run_knows_where_the_last_one_fell_short(session: fakes.FakeSession) -> None:
    """That is what is being mended; the reference's files have no last run."""
    level = session.levels[0]
    nothing = session.run_spec(level, "mine").missed
    session.script = fakes.run({"queries": 100, "slope": 0.0})
    list(session.play(level, quick=True))

    assert nothing == frozenset()
    assert session.run_spec(level, "mine").missed == {"queries"}
    assert session.run_spec(level, "fixed").missed == frozenset()
