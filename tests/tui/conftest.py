"""A game in a fenced home, with scripted runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui import fakes
from tests.tui.driving import PATIENCE, Play, press, settled
from tutor.learner.way import note_story
from tutor.tui.app import TutorApp


@pytest.fixture(autouse=True)
def fenced_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the learner's own progress and settings out of the test."""
    for name in (
        "LC_ALL",
        "LC_MESSAGES",
        "VISUAL",
        "EDITOR",
        "NO_COLOR",
        "LEVELUP_LEVELS",
        "LEVELUP_MOTION",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def session(fenced_home: Path) -> fakes.FakeSession:
    """A learner who has not begun."""
    return fakes.FakeSession(fenced_home / "shop")


@pytest.fixture
def play(session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Return a context that starts the game, at the title or at work, and yields its pilot."""
    # A notice must not be gone before a busy machine lets the test look for it.
    monkeypatch.setattr(TutorApp, "NOTIFICATION_TIMEOUT", PATIENCE)

    @asynccontextmanager
    async def start(
        script: fakes.Script | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        at: str = "title",
        language: str = "en",
        celebrates: bool = False,
        moving: bool = False,
        notices: bool = False,
    ) -> AsyncIterator[Pilot[int]]:
        session.script = script or session.script
        if at == "workbench":
            session.enter(session.levels[0])
            note_story(session, session.levels[0])
        app = TutorApp(session, language=language, showroom=fakes.FakeShowroom)
        app.animation_level = "full" if moving else "none"
        app.celebrates = celebrates
        async with app.run_test(size=size, notifications=notices) as pilot:
            await settled(pilot)
            if at == "workbench":
                await press(pilot, "enter")
            yield pilot

    return start
