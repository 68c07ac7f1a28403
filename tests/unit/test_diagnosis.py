"""What the learner says is wrong is kept, costs nothing, and stands beside the measurement."""

from pathlib import Path

import pytest

from tests.tui import fakes
from tutor.base.errors import UsageError
from tutor.curriculum import load_levels
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


@pytest.mark.parametrize("language", ["en", "es"])
def test_right_and_wrong_are_told_with_the_figure(language: str) -> None:
    """A right one is agreed with; against a wrong one speaks the level's own sentence."""
    texts = Texts(language)
    for level in load_levels():
        asked = level.diagnosis
        if asked is None:
            continue
        for name, choice in asked.choices.items():
            told = texts.diagnosis(level, name)
            assert choice[language] in told
            assert asked.choices[asked.right][language] in told
            if name != asked.right:
                assert asked.against[name][language] in told
        assert texts.diagnosis(level, "") == texts.diagnosis(level, "nonsense") == ""
