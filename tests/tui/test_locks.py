"""The queues for locks: looked at where that takes nothing from anybody."""

from typing import Any

import pytest

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, shown
from tests.tui.fake_looks import LOCKS
from tutor.base.errors import TutorError
from tutor.tui.workbench.messages import StackRead
from tutor.tui.workbench.views import locks


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Have somebody wait in the shop of the showroom; return the looks at it."""
    looked: list[object] = []

    def look(site: object) -> object:
        looked.append(site)
        return LOCKS

    monkeypatch.setattr(fakes.FakeShowroom, "site", object(), raising=False)
    monkeypatch.setattr(locks, "locks_of", look)
    return looked


async def test_a_run_of_a_level_that_is_not_about_locks_is_not_looked_into(
    play: Play, session: fakes.FakeSession, looks: list[object]
) -> None:
    """The session of a look could be the one that the shop is refused; afterwards it goes on."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        await press(pilot, "z")
        said = await shown(pilot, "would take a")
        meanwhile = len(looks)
        await press(pilot, "escape")
        await run_ended(pilot)
        screen: Any = pilot.app.screen
        screen.post_message(StackRead(fakes.reading()))
        seen = await shown(pilot, "4711 migrate")

    assert "a look would take a connection" in " ".join(said.split())
    assert meanwhile == 0
    assert "4711 migrate" in seen


async def test_where_nobody_can_look_it_says_why(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason stands in the place of the queues."""

    def refuse(site: object) -> object:
        raise TutorError.named("locks_unseen", connections=20)

    monkeypatch.setattr(locks, "locks_of", refuse)
    async with play(at="workbench") as pilot:
        await press(pilot, "z")
        seen = " ".join((await shown(pilot, "takes none")).split())

    assert "20 connections" in seen
    assert "The monitor counts who waits for a lock, and takes none." in seen
