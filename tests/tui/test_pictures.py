"""Every screen looks as it did before, in both languages and sizes and in every theme."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from tests.tui import fakes
from tests.tui.cutting import cut_off
from tests.tui.drawing import PICTURES, contrasts_of, looks_of, words_of
from tests.tui.driving import Play, press, run_ended, settled
from tests.tui.fake_looks import GROUPS, LOCKS, Visitors
from tutor.tui import themes
from tutor.views.sql import PageSql

NEW = os.environ.get("LEVELUP_PICTURES") == "new"
"""Draw the pictures anew; look at the difference before you commit it."""
SIZES = ((80, 24), (120, 40))
THEMES = [theme.name for theme in themes.THEMES]
STILL, PATIENT = 20, 150
"""Looks without a change after which a screen counts as drawn; where it has a picture already."""
LOST, WON = fakes.run(fakes.LOST, fakes.REPEATS), fakes.run(fakes.GOLD)
READABLE = 4.5
"""The contrast of text that everybody can read (WCAG 2.2, level AA)."""
WAYS: dict[str, tuple[str, Sequence[str]]] = {
    "title": ("title", ()),
    "settings": ("title", ("f2",)),
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
    "sql": ("workbench", ("q",)),
    "visits": ("workbench", ("p",)),
    "queue": ("workbench", ("u",)),
    "locks": ("workbench", ("z",)),
    "logs": ("workbench", ("o",)),
    "swap": ("workbench", ("x",)),
    "price": ("workbench", ("a",)),
    "answer": ("workbench", ("a", "y")),
    "reset": ("workbench", ("r",)),
    "journal": ("workbench", ("j",)),
    "no_editor": ("workbench", ("e",)),
    "diagnosis": ("workbench", ("d",)),
    "help": ("workbench", ("question_mark",)),
    "lost": ("workbench", ("v",)),
    "won": ("workbench", ("v",)),
    "lesson": ("workbench", ("v", "l")),
}
"""By picture: where the game begins, and the keys that lead there."""
WINS = ("won", "lesson")


@pytest.fixture(autouse=True)
def a_shop_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look find the same, without a shop."""
    found = PageSql("/", 200, "", 201, 340.5, GROUPS)
    monkeypatch.setattr(fakes.FakeShowroom, "site", object(), raising=False)
    monkeypatch.setattr("tutor.tui.workbench.views.sql.sql_of_page", lambda *_: found)
    monkeypatch.setattr("tutor.tui.workbench.views.visits.Visits", Visitors([]))
    monkeypatch.setattr("tutor.tui.workbench.views.locks.locks_of", lambda _: LOCKS)


async def walk(pilot: Pilot[int], keys: Sequence[str]) -> None:
    """Press *keys*; where one starts a run, wait for its end."""
    for key in keys:
        await press(pilot, key)
        if key == "v":
            await run_ended(pilot)


async def still(pilot: Pilot[int], look: Callable[[Pilot[int]], str], drawn: str) -> str:
    """Return what *look* sees as soon as it is what was *drawn*, or stays as it is.

    Looks are counted, not seconds: between two of them the game does all that it can do.
    """
    shown, same = look(pilot), 0
    deadline = time.monotonic() + 15
    while shown != drawn and same < (PATIENT if drawn else STILL):
        assert time.monotonic() < deadline, "it never stands still"
        await pilot.pause(0.02)
        now = look(pilot)
        shown, same = now, same + 1 if now == shown else 0
    return shown


def picture(path: Path, shown: str = "") -> str:
    """Return the picture at *path*, drawn anew from *shown* where that was asked for."""
    if NEW and shown:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    return path.read_text(encoding="utf-8") if path.is_file() and (shown or not NEW) else ""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", WAYS)
async def test_every_screen_says_what_its_picture_says(
    play: Play, name: str, language: str
) -> None:
    """At 80×24 and at 120×40: nothing is cut, nothing is out of the reach of the keys."""
    at, keys = WAYS[name]
    async with play(WON if name in WINS else LOST, at=at, language=language) as pilot:
        await walk(pilot, keys)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settled(pilot)
            path = PICTURES / language / f"{name}.{size[0]}x{size[1]}.txt"
            shown = await still(pilot, words_of, picture(path))

            assert not beyond_the_edges(pilot)
            assert not cut_off(pilot)
            assert shown == picture(path, shown)


def beyond_the_edges(pilot: Pilot[int]) -> list[object]:
    """Return the widgets that are wider than the screen; what scrolls may be longer."""
    screen = Region(0, 0, *pilot.app.size)
    shown = pilot.app.screen.query(
        "Static, Button, Choice, TabbedContent, OptionList, Footer, RunBar"
    )
    return [
        widget
        for widget in shown
        if widget.display
        and widget.region.width
        and not (widget.region.x >= 0 and widget.region.right <= screen.right)
    ]


@pytest.mark.parametrize("name", WAYS)
async def test_every_theme_colours_every_screen_so_that_it_can_be_read(
    play: Play, name: str
) -> None:
    """Text stands out from what is behind it; how much is in which colour is as in the picture."""
    at, keys = WAYS[name]
    faint: list[tuple[str, float, str]] = []
    async with play(WON if name in WINS else LOST, at=at) as pilot:
        await walk(pilot, keys)
        for theme in THEMES:
            pilot.app.theme = theme
            await settled(pilot)
            path = PICTURES / "colours" / f"{name}.{theme}.txt"
            shown = await still(pilot, legend, picture(path))
            faint += [(theme, *one) for one in contrasts_of(pilot) if one[0] < READABLE]

            assert shown == picture(path, shown)
    assert not faint


def legend(pilot: Pilot[int]) -> str:
    """Return one line for each style, and how many characters have it."""
    return "".join(f"{count:5}  {look}\n" for look, count in sorted(looks_of(pilot).items()))
