"""Settings, language, motion and help are a key away, on every screen."""

import pytest
from textual.widgets import Input

from tests.tui import fakes
from tests.tui.driving import Play, press, text_of
from tutor.tui import themes
from tutor.tui.app import TutorApp
from tutor.tui.screens.choice import ChoiceDialog
from tutor.tui.screens.help import HelpScreen
from tutor.tui.screens.settings import SettingsDialog
from tutor.tui.screens.title import TitleScreen
from tutor.tui.screens.workbench import Workbench


async def test_settings_are_a_key_away_everywhere(play: Play) -> None:
    """On every kind of screen and over a dialog; the same key closes them."""
    async with play(at="workbench") as pilot:
        for keys, below in (((), Workbench), (("x",), ChoiceDialog), (("f1",), HelpScreen)):
            await press(pilot, *keys, "f2")
            assert isinstance(pilot.app.screen, SettingsDialog)
            await press(pilot, "f2")
            assert isinstance(pilot.app.screen, below)
            await press(pilot, *["escape"] * len(keys))


async def test_settings_are_changed_with_the_arrows_and_remembered(
    play: Play, session: fakes.FakeSession
) -> None:
    """Language, theme, motion: each at once, in the dialog and below it."""
    async with play(moving=True) as pilot:
        await press(pilot, "s", "enter")
        assert "Idioma" in text_of(pilot)
        await press(pilot, "down", "left")
        assert pilot.app.theme == themes.CONTRAST
        assert "alto contraste" in text_of(pilot)
        await press(pilot, "down", "right")
        assert not pilot.app.preferences.motion  # type: ignore[attr-defined]
        await press(pilot, "escape")

        assert "Mapa de niveles" in text_of(pilot)
        remembered = session.progress
        assert (remembered.language, remembered.theme) == ("es", themes.CONTRAST)
        assert not remembered.motion
        again = TutorApp(session)
        assert (again.texts.language, again.theme, again.preferences.motion) == (
            "es",
            themes.CONTRAST,
            False,
        )


@pytest.mark.parametrize(
    ("keys", "english", "spanish"),
    [
        (("x",), "your own files", "tus propios archivos"),
        (("a",), "costs the gold medal", "el oro"),
        (("r",), "as they were at the start", "como al principio"),
        (("d",), "enter notes it", "enter lo apunta"),
        (("d", "down", "enter"), "In statements. enter notes it", "En sentencias. enter lo apunta"),
        (("q", "t"), "Which page of the shop?", "¿Qué página de la tienda?"),
        (("question_mark",), "Keys on this screen", "Teclas de esta pantalla"),
        (("f2",), "How do you like it?", "¿Cómo te gusta?"),
    ],
)
async def test_a_dialog_changes_its_language_too(
    play: Play, keys: tuple[str, ...], english: str, spanish: str
) -> None:
    """Question and choices are said again, not only the buttons."""
    async with play(at="workbench", size=(120, 40)) as pilot:
        await press(pilot, *keys)
        dialog = pilot.app.screen
        assert english in " ".join(text_of(pilot).split())
        await press(pilot, "ctrl+l")

        assert pilot.app.screen is dialog
        assert spanish in " ".join(text_of(pilot).split())


@pytest.mark.parametrize("keys", [("d", "down", "enter"), ("q", "t")])
async def test_what_was_typed_outlives_a_change_of_language(
    play: Play, keys: tuple[str, ...]
) -> None:
    """The answer stays as far as it was typed, and typing goes on behind it."""
    async with play(at="workbench", size=(120, 40)) as pilot:
        await press(pilot, *keys, "4", "ctrl+l", "2")

        assert pilot.app.screen.query_one(Input).value.endswith("42")


async def test_a_story_changes_its_language_at_its_line(play: Play) -> None:
    """Nobody has to listen from the start again."""
    async with play() as pilot:
        await press(pilot, "m", "enter", "n", "enter", "ctrl+l")

        assert "escena 2 de 5" in text_of(pilot)
        assert "Betty borra la paginación." in text_of(pilot)
        assert pilot.app.screen.view.at == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("word", ["no", "0", "off"])
def test_the_environment_can_forbid_motion(
    session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """LEVELUP_MOTION=no holds whatever is remembered."""
    assert TutorApp(session).preferences.motion
    monkeypatch.setenv("LEVELUP_MOTION", word)

    assert not TutorApp(session).preferences.motion


async def test_the_palette_offers_themes_and_settings(play: Play) -> None:
    """What a key does can be found by name."""
    async with play() as pilot:
        names = {c.title for c in pilot.app.get_system_commands(pilot.app.screen)}

        assert {"settings", "Theme: dark", "Theme: light", "Theme: high contrast"} <= names


async def test_help_is_about_the_screen_one_is_on(play: Play) -> None:
    """Its purpose first, its own keys, then those of the whole game."""
    async with play() as pilot:
        assert isinstance(pilot.app.screen, TitleScreen)
        for keys, purpose in (((), "The beginning."), (("m",), "None is locked")):
            await press(pilot, *keys, "f1")
            told = text_of(pilot)
            assert purpose in " ".join(told.split())
            assert told.index("Keys on this screen") < told.index("Everywhere")
            await press(pilot, "escape")
