"""Notices hide as little as they can: never how the run is, nor the keys."""

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, until
from tutor.tui.notices import MOST
from tutor.words.texts import Texts

LONG = "A sentence that is longer than the screen is wide, and goes on for a while. " * 3
WAYS = {
    "title": ("", "m", "enter"),
    "workbench": ("", "o", "d", "escape v"),
}
"""By where the game begins, the keys from one screen to the next."""


async def notices(pilot: Pilot[int], count: int) -> list[Toast]:
    """Return the notices on the screen as soon as there are so many."""
    found: list[Toast] = []

    def are_there() -> bool:
        found[:] = pilot.app.screen.query(Toast).results(Toast)
        return len(found) == count and all(toast.region.height for toast in found)

    await until(pilot, are_there)
    return found


@pytest.mark.parametrize(("at", "language"), [("title", "en"), ("workbench", "es")])
async def test_no_notice_hides_the_status_line_or_the_keys(
    play: Play, at: str, language: str
) -> None:
    """At 80×24, with as many as there can be: on the way to the work, at it, and after it."""
    async with play(fakes.run(fakes.GOLD), at=at, language=language, notices=True) as pilot:
        for keys in WAYS[at]:
            for key in keys.split():
                await press(pilot, key)
            await run_ended(pilot)
            pilot.app.clear_notifications()
            for number in range(MOST + 2):
                pilot.app.notify(f"{number}: {LONG}")

            for toast in await notices(pilot, MOST):
                assert Region(0, 0, 80, 24).contains_region(toast.region)
                assert not [one for one in status_and_keys(pilot) if one.overlaps(toast.region)]


def status_and_keys(pilot: Pilot[int]) -> list[Region]:
    """Return where the run bar and the keys are, also of the screen that a dialog is over."""
    *below, screen = pilot.app.screen_stack
    seen = [screen, below[-1]] if screen.is_modal else [screen]
    found = [bar.region for one in seen for bar in one.query("CalmFooter, RunBar")]
    assert found
    return found


async def test_a_notice_is_as_narrow_and_low_as_its_sentence(play: Play) -> None:
    """One line for a file that was saved; the left half of the screen stays free."""
    said = Texts("es")("tui.files.saved_checking", file="catalog/views.py")
    async with play(at="workbench", notices=True) as pilot:
        pilot.app.clear_notifications()
        await notices(pilot, 0)
        pilot.app.notify(said)
        (toast,) = await notices(pilot, 1)

        assert toast.region.height == 1
        assert toast.region.width <= len(said) + 3


async def test_a_notice_that_comes_again_takes_its_own_place(play: Play) -> None:
    """And of many the newest stay."""
    async with play(at="workbench", notices=True) as pilot:
        pilot.app.clear_notifications()
        for said in ("saved", "checking", "saved", "missed", "passed"):
            pilot.app.notify(said)
        await notices(pilot, MOST)

        assert [note.message for note in pilot.app._notifications] == ["saved", "missed", "passed"]
