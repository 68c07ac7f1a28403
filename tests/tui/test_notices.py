"""Notices hide nothing: what is on the screen makes room for them."""

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets._toast import Toast

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, shown, text_of, until
from tutor.tui.notices import MOST
from tutor.words.texts import Texts

LONG = "A sentence that is longer than the screen is wide, and goes on for a while. " * 3
WAYS = {
    "title": ("", "m", "c", "escape enter", "n"),
    "workbench": ("", "2", "5", "o", "h", "d", "escape v", "l"),
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


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize(("at", "language"), [("title", "en"), ("workbench", "es")])
async def test_no_notice_hides_anything(
    play: Play, at: str, language: str, size: tuple[int, int]
) -> None:
    """With as many as there can be: on the way to the work, at it, after it, and over dialogs."""
    async with play(
        fakes.run(fakes.GOLD), at=at, language=language, size=size, notices=True
    ) as pilot:
        for keys in WAYS[at]:
            pilot.app.clear_notifications()
            for key in keys.split():
                await press(pilot, key)
            await run_ended(pilot)
            pilot.app.clear_notifications()
            for number in range(MOST + 2):
                pilot.app.notify(f"{number}: {LONG}")

            await notices(pilot, MOST)
            await until(pilot, lambda: are_beside_the_rest(pilot, Region(0, 0, *size)))


def are_beside_the_rest(pilot: Pilot[int], screen: Region) -> bool:
    """Return whether the notices are on the screen, whole, and over nothing that is told."""
    toasts = [toast.region for toast in pilot.app.screen.query(Toast)]
    hidden = [widget for widget, seen in told(pilot) if any(map(seen.overlaps, toasts))]
    return all(map(screen.contains_region, toasts)) and not hidden


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_line_that_cannot_be_read_stays_in_sight(
    play: Play, session: fakes.FakeSession, size: tuple[int, int]
) -> None:
    """The notice of a save says so too, and has lines of its own."""
    async with play(at="workbench", size=size, notices=True) as pilot:
        pilot.app.clear_notifications()
        views = session.workspace.folder / "catalog" / "views.py"
        views.write_text("def front(request:\n    pass\n")
        await shown(pilot, "cannot be read. Mend the line and save.")
        await notices(pilot, 1)
        await until(pilot, lambda: are_beside_the_rest(pilot, Region(0, 0, *size)))
        bar = pilot.app.screen.query_one("RunBar").region

        said = text_of(pilot).splitlines()[bar.y : bar.bottom]
        assert any("line 1: '(' was never closed" in line for line in said)


def told(pilot: Pilot[int]) -> list[tuple[Widget, Region]]:
    """Return the part that is seen of each widget with something to read in it."""
    found = []
    for widget, place in pilot.app.screen._compositor.full_map.items():
        is_leaf = not widget.children and not isinstance(widget, Toast)
        if is_leaf and widget.visible and (seen := place.region.intersection(place.clip)):
            found.append((widget, seen))
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
