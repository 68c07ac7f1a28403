"""`tutor author preview`: sentences with example values, before anything was played."""

import re

import pytest

from tutor.author import sentences_of
from tutor.author.new import DRAFT, copy_level
from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level, load_level, load_levels


@pytest.fixture
def draft(tmp_path) -> Level:
    """The draft of a level."""
    copy_level(DRAFT, tmp_path / "08_room")
    return load_level(tmp_path / "08_room")


def test_each_goal_finding_and_hint_is_said(draft: Level) -> None:
    """In the order of the description, with the page that the level is about."""
    said = {sentence.place: sentence.text for sentence in sentences_of(draft, "en")}

    assert [*said][:4] == ["goals.few", "goals.answers_all", "goals.one", "findings.wrong_number"]
    assert [*said][-3:] == ["hints 1", "hints 2", "hints 3"]
    assert said["findings.shelf_by_shelf"] == "/health/ asked ‹queries› times for one number."


@pytest.mark.parametrize("level", load_levels(), ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_our_levels_lacks_a_value(level: Level, language: str) -> None:
    """No brace of a template is left to be read."""
    texts = [sentence.text for sentence in sentences_of(level, language)]

    assert len(texts) > 10
    assert not [text for text in texts if re.search(r"{\w*}", text)]
