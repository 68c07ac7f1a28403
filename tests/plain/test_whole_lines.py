"""What the plain game says fits 80 columns: no word is broken at the edge of a terminal."""

import pytest

from tests.plain.conftest import Play
from tests.tui import fakes
from tutor.catalogue import LANGUAGES
from tutor.cli.plain.words import called
from tutor.words.texts import Texts

SAID = (
    *("map", "story", "briefing", "goals", "diagnose", "hint", "hint", "hints", "help", "where"),
    *("check", "verify", "verdict", "journal", "files", "lesson", "certificate", "checks"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", [1, 7, 12])
def test_every_line_fits(
    play: Play, monkeypatch: pytest.MonkeyPatch, level: int, language: str
) -> None:
    """But for code, which stays as it is, and for a path that is longer itself."""
    monkeypatch.setenv("COLUMNS", "80")
    words = [called(name, Texts(language)) for name in SAID]
    out = play(*words, script=fakes.run(fakes.LOST, fakes.REPEATS), at=level, language=language)

    long = [line for line in out.splitlines() if len(line) > 80 and not line.startswith("    ")]
    assert len(out.splitlines()) > 100
    assert [line for line in long if len(line.split()) > 1 and "] >" not in line] == []
