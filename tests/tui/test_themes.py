"""Whatever the theme, and without any colour, everything can be read."""

from dataclasses import replace

import pytest
from textual.color import Color
from textual.filter import Monochrome
from textual.style import Style
from textual.widgets import Static

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, text_of, until
from tutor.curriculum import Hint
from tutor.judge import Finding, Kind
from tutor.tui import themes
from tutor.tui.screens.verdict import VerdictScreen


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours as the WCAG works it out."""

    def light(colour: Color) -> float:
        parts = [part / 255 for part in (colour.r, colour.g, colour.b)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_themes_can_be_read(session: fakes.FakeSession) -> None:
    """Text on its background: a contrast of 7 and more, in the high one of 15 and more."""
    for theme in themes.THEMES:
        colours = theme.to_color_system().generate()
        background = Color.parse(colours["background"])
        least = 15 if theme.name == themes.CONTRAST else 7
        assert contrast(background, Color.parse(colours["foreground"])) >= least
        muted = Color.parse(colours["text-muted"])
        assert contrast(background, muted) >= (15 if least == 15 else 4.5), theme.name


async def test_a_theme_of_before_stays_what_it_was(play: Play, session: fakes.FakeSession) -> None:
    """Who had it light has it light."""
    with session.progress_file.change() as progress:
        progress.theme = "textual-light"
    async with play() as pilot:
        assert pilot.app.theme == themes.LIGHT


@pytest.mark.parametrize("keys", [("ctrl+t",), ("s", "down", "enter")])
async def test_the_title_is_drawn_in_the_colours_of_the_theme(
    play: Play, keys: tuple[str, ...]
) -> None:
    """Also when the theme changes in a dialog above it."""
    async with play() as pilot:
        name = pilot.app.screen.query_one("#name", Static)

        def first_colour() -> str:
            style: Style = name.visual.spans[0].style  # type: ignore[attr-defined]
            return style.foreground.hex.lower() if style.foreground else ""

        assert themes.THEMES[0].primary == first_colour()
        await press(pilot, *keys)

        await until(pilot, lambda: themes.THEMES[1].primary == first_colour())


async def test_code_is_shown_without_its_marks(play: Play, session: fakes.FakeSession) -> None:
    """A backtick is for the author: in a hint, in the verdict and in the log it is a colour."""
    hint = Hint({"en": "Try `len`, or 2 * 3 * 4.", "es": "Prueba `len`."})
    session.levels[0] = replace(session.levels[0], hints=(hint,))
    missing = Finding("files_missing", Kind.NOTE, {"files": "views.py"})
    async with play(fakes.run(fakes.LOST, (missing,)), at="workbench", size=(120, 40)) as pilot:
        await press(pilot, "h")
        assert "Try len, or" in text_of(pilot)
        await press(pilot, "v")
        await run_ended(pilot)
        assert isinstance(pilot.app.screen, VerdictScreen)
        assert "tutor reset" in text_of(pilot)
        assert "`" not in text_of(pilot)
        await press(pilot, "escape", "3")

        assert "tutor reset" in text_of(pilot)
        assert "`" not in text_of(pilot)


async def test_the_game_plays_without_colour(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR title, map and story are there, in grey, and say everything."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with play() as pilot:
        await press(pilot, "m")
        assert "open" in text_of(pilot)
        await press(pilot, "enter", "enter")

        assert any(isinstance(seen_through, Monochrome) for seen_through in pilot.app._filters)
        assert "Marissa" in text_of(pilot)
