"""The workbench fits every terminal and needs no colour."""

import pytest
from textual.geometry import Region

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, text_of


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
