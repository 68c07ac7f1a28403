"""Every screen fits the smallest terminal, looks as it did before, and needs no colour."""

import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, text_of

PICTURES = Path(__file__).parent / "pictures"
NEW = os.environ.get("LEVELUP_PICTURES") == "new"
WAYS: dict[str, tuple[str, Sequence[str]]] = {
    "title": ("title", ()),
    "map": ("title", ("m",)),
    "story": ("title", ("m", "enter")),
    "certificate": ("title", ("m", "c")),
    "briefing": ("workbench", ()),
    "goals": ("workbench", ("2",)),
    "run": ("workbench", ("3",)),
    "stack": ("workbench", ("4",)),
    "files": ("workbench", ("5",)),
    "editor": ("workbench", ("5", "enter")),
    "diff": ("workbench", ("6",)),
    "hints": ("workbench", ("h",)),
    "logs": ("workbench", ("o",)),
    "queue": ("workbench", ("u",)),
    "swap": ("workbench", ("x",)),
    "price": ("workbench", ("a",)),
    "answer": ("workbench", ("a", "y")),
    "reset": ("workbench", ("r",)),
    "no_editor": ("workbench", ("e",)),
    "help": ("workbench", ("question_mark",)),
    "verdict": ("workbench", ("v",)),
    "lesson": ("workbench", ("v", "l")),
}
"""By picture: where the game begins, and the keys that lead there."""

PROSE = {
    "map",
    "certificate",
    "story",
    "briefing",
    "goals",
    "files",
    "editor",
    "hints",
    "answer",
    "verdict",
    "lesson",
}
"""These show what levels and shop say: they must fit, but have no picture."""


async def walk(pilot: Pilot[int], keys: Sequence[str]) -> None:
    for key in keys:
        await press(pilot, key)
        if key == "v":
            await run_ended(pilot)


async def shown_by(pilot: Pilot[int], expected: str) -> str:
    """Return the screen as text, at the latest when it has had a second to become *expected*."""
    deadline = time.monotonic() + 1
    while True:
        await pilot.pause(0.05)
        shown = re.sub(r"  \d+\.\d  ", "  0.0  ", text_of(pilot)) + "\n"
        if shown == expected or time.monotonic() > deadline:
            return shown


@pytest.mark.parametrize("name", WAYS)
async def test_the_screen_looks_as_its_picture(play: Play, name: str) -> None:
    """The text at 80×24 is the picture's; `LEVELUP_PICTURES=new` draws the pictures anew."""
    at, keys = WAYS[name]
    async with play(fakes.run(fakes.LOST, fakes.REPEATS), at=at) as pilot:
        await walk(pilot, keys)
        picture = PICTURES / f"{name}.txt"
        drawn = picture.read_text(encoding="utf-8") if picture.is_file() and not NEW else ""
        shown = await shown_by(pilot, drawn)
        screen = Region(0, 0, *pilot.app.size)
        outside = [
            widget
            for widget in pilot.app.screen.query(
                "Static, Button, TabbedContent, OptionList, Footer, RunBar"
            )
            if widget.display and widget.region.width and not fits(widget.region, screen, widget)
        ]

    if NEW and name not in PROSE:
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(drawn := shown, encoding="utf-8")
    assert not outside
    assert name in PROSE or shown == drawn


def fits(region: Region, screen: Region, widget: object) -> bool:
    """Return whether *region* is on the screen; what scrolls may be longer, never wider."""
    return region.x >= 0 and region.right <= screen.right


@pytest.mark.parametrize("language", ["en", "es"])
async def test_tabs_and_keys_fit_in_80_columns(play: Play, language: str) -> None:
    """Neither the last tab nor the last key is cut off."""
    async with play(at="workbench", language=language) as pilot:
        screen = Region(0, 0, 80, 24)
        for wanted in (*pilot.app.screen.query("ContentTab"), *pilot.app.screen.query("FooterKey")):
            assert screen.contains_region(wanted.region), wanted


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
async def test_the_workbench_fills_any_terminal(play: Play, size: tuple[int, int]) -> None:
    """Heading, run bar and footer are at the edges, the tabs between them."""
    async with play(at="workbench", size=size) as pilot:
        screen = pilot.app.screen
        assert screen.query_one("#heading").region.y == 0
        assert screen.query_one("Footer").region.bottom == size[1]
        assert screen.query_one("RunBar").region.bottom == size[1] - 1
        assert screen.query_one("#side").display is (size[0] >= 120)


async def test_it_plays_without_colour(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR every outcome can still be read."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        assert "✔  WON" in text_of(pilot)
