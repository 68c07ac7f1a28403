"""A plain game that is played from a script, with scripted runs and no services."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui import fakes
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.talk import Talk

Play = Callable[..., str]


def said(text: str) -> str:
    """Return *text* on one line, whatever width it was fitted to."""
    return " ".join(text.split())


@pytest.fixture(autouse=True)
def fenced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the learner's own progress, language and editor out of the test."""
    for name in ("LC_ALL", "LC_MESSAGES", "VISUAL", "EDITOR", "LEVELUP_LEVELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def session(tmp_path: Path) -> fakes.FakeSession:
    """A learner who has not begun."""
    return fakes.FakeSession(tmp_path / "shop")


class Person(io.StringIO):
    """Somebody who types; at a line that is an exception, it happens instead."""

    def __init__(self, *lines: str | type[BaseException]) -> None:
        super().__init__()
        self._lines = list(lines)

    # typeshed has what is read from a binary stream there.
    def readline(self, *_: object) -> str:  # type: ignore[override]
        """Return the next line; empty where nobody types any more."""
        if not self._lines:
            return ""
        line = self._lines.pop(0)
        if not isinstance(line, str):
            raise line
        return f"{line}\n"


@pytest.fixture
def play(session: fakes.FakeSession) -> Play:
    """Return what types lines into a game and returns everything it said."""

    def typed(
        *lines: str | type[BaseException],
        script: fakes.Script | None = None,
        at: int = 1,
        language: str = "en",
        code: int = 0,
    ) -> str:
        session.script = script or session.script
        target = io.StringIO()
        talk = Talk(Person(*lines), target)
        game = PlainGame(session, language, talk, showroom=fakes.FakeShowroom)
        level = session.levels[at - 1] if at else None
        assert game.play(level) == code
        return target.getvalue()

    return typed
