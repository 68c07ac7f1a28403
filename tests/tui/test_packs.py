"""The map shows the levels of a pack, and asks before its program first runs."""

from pathlib import Path

import pytest

from tests import own_pack
from tests.tui import fakes
from tests.tui.driving import Play, press, text_of


@pytest.fixture
def session(fenced_home: Path, monkeypatch: pytest.MonkeyPatch) -> fakes.FakeSession:
    """A learner who has installed a pack and not begun."""
    own_pack.install(fenced_home / "site")
    monkeypatch.syspath_prepend(fenced_home / "site")
    return fakes.FakeSession(fenced_home / "shop")


async def test_the_map_asks_once(play: Play, session: fakes.FakeSession) -> None:
    """After a no the level is not begun; a yes is remembered."""
    guest = session.levels[-1]
    async with play(size=(110, 40)) as pilot:
        await press(pilot, "m", "end")
        shown = text_of(pilot)
        await press(pilot, "enter")
        asked = " ".join(text_of(pilot).split())
        await press(pilot, "n")
        after_no = session.workspace.level
        await press(pilot, "enter", "y")

    assert "The nervous pulse" in shown
    assert "yoga-pack 1.0" in asked
    assert "Let it run?" in asked
    assert after_no != guest.slug
    assert session.workspace.level == guest.slug
    assert session.progress_file.is_agreed(guest)
