"""Notices hide as little as they can: never how the run is, nor the keys."""

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, until
from tutor.tui.notices import MOST
from tutor.tui.widgets.run_bar import RunBar
from tutor.words.texts import Texts

LONG = "A sentence that is longer than the screen is wide, and goes on for a while. " * 3
WAYS = {
    "title": ("title", ()),
    "map": ("title", ("m",)),
    "story": ("title", ("m", "enter")),
    "briefing": ("workbench", ()),
    "logs": ("workbench", ("o",)),
    "diagnosis": ("workbench", ("d",)),
    "verdict": ("workbench", ("v",)),
}


async def notices(pilot: Pilot[int], count: int) -> list[Toast]:
    """Return the notices on the screen as soon as there are so many."""
    found: list[Toast] = []

    def are_there() -> bool:
        found[:] = pilot.app.screen.query(Toast).results(Toast)
        return len(found) == count and all(toast.region.height for toast in found)

    await until(pilot, are_there)
    return found


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", WAYS)
async def test_no_notice_hides_the_status_line_or_the_keys(
    play: Play, name: str, language: str
) -> None:
    """At 80×24, with as many as there can be; each is seen whole."""
    at, keys = WAYS[name]
    async with play(fakes.run(fakes.GOLD), at=at, language=language, notices=True) as pilot:
        for key in keys:
            await press(pilot, key)
            if key == "v":
                await run_ended(pilot)
        for number in range(MOST + 2):
            pilot.app.notify(f"{number}: {LONG}")
        found = await notices(pilot, MOST)

        screens = pilot.app.screen_stack[-2:]
        kept = [*screens[-1].query("CalmFooter, RunBar"), *screens[0].query(RunBar)]
        for toast in found:
            assert toast.region.right <= 80
            assert toast.region.bottom <= 24
            assert not [one for one in kept if one.display and one.region.overlaps(toast.region)]


async def test_a_notice_is_as_narrow_and_low_as_its_sentence(play: Play) -> None:
    """One line for a file that was saved; the left half of the screen stays free."""
    said = Texts("es")("tui.files.saved_checking", file="catalog/views.py")
    async with play(at="workbench", notices=True) as pilot:
        pilot.app.clear_notifications()
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

        assert [note.message for note in pilot.app._notifications] == ["saved", "missed", "passed"]
