"""Everything around the workbench: title, map, story, win, settings, for everybody."""

from dataclasses import replace

import pytest
from textual.color import Color
from textual.filter import Monochrome
from textual.geometry import Region
from textual.widgets import Input, Static

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, settled, shown, text_of, until
from tutor.curriculum import Hint
from tutor.judge import Finding, Kind, Medal
from tutor.tui import themes
from tutor.tui.app import TutorApp
from tutor.tui.art.portraits import SIZE, has_portrait, portrait, portraits
from tutor.tui.screens.choice import ChoiceDialog
from tutor.tui.screens.confirm import ConfirmDialog
from tutor.tui.screens.help import HelpScreen
from tutor.tui.screens.lesson import LessonScreen
from tutor.tui.screens.map import MapScreen
from tutor.tui.screens.settings import SettingsDialog
from tutor.tui.screens.story import SceneScreen, StoryScreen
from tutor.tui.screens.title import TitleScreen
from tutor.tui.screens.verdict import VerdictScreen
from tutor.tui.screens.win import WinScreen
from tutor.tui.screens.workbench import Workbench
from tutor.tui.story import Paragraph, read_story

PARAMS = {"field": "price", "product": "Cork Mat", "before": "39.90", "after": "44.90"}
STALE = (Finding("stale_page", Kind.FOUL, PARAMS),)
SIZES = [(80, 24), (100, 30), (140, 45)]


def win(session: fakes.FakeSession, number: int, medal: Medal = Medal.GOLD, **best: float) -> None:
    """Let the learner have won a level."""
    with session.progress_file.change() as progress:
        slug = session.levels[number - 1].slug
        progress.of(slug).attempts += 1
        progress.record_win(slug, medal, best)


# -- title and map -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_the_title_fits_any_terminal(play: Play, size: tuple[int, int]) -> None:
    """Name, office and every line of the menu are on the screen, each below the other."""
    async with play(size=size) as pilot:
        screen = Region(0, 0, *size)
        parts = [pilot.app.screen.query_one(f"#{name}") for name in ("name", "office")]
        parts += list(pilot.app.screen.query("Button"))

        assert all(screen.contains_region(part.region) for part in parts)
        assert [part.region.y for part in parts] == sorted(part.region.y for part in parts)


async def test_the_menu_is_walked_with_the_arrows(play: Play) -> None:
    """Down, down, enter: the settings."""
    async with play() as pilot:
        await press(pilot, "down", "down", "up", "down", "enter")

        assert isinstance(pilot.app.screen, SettingsDialog)


async def test_continue_leads_past_a_level_that_is_won(
    play: Play, session: fakes.FakeSession
) -> None:
    """Who won the level in the workspace goes on with the next: its story first."""
    session.enter(session.levels[0])
    win(session, 1)
    async with play() as pilot:
        assert "Continue: level 2, One server" in text_of(pilot)
        await press(pilot, "enter")

        assert isinstance(pilot.app.screen, StoryScreen)
        assert session.workspace.level == session.levels[1].slug


async def test_the_map_tells_done_current_and_open_in_words(
    play: Play, session: fakes.FakeSession
) -> None:
    """Medal and best figures, you are here, open: nothing is told by colour alone."""
    win(session, 1, Medal.SILVER, queries=40)
    session.enter(session.levels[1])
    async with play() as pilot:
        await press(pilot, "m")
        rows = text_of(pilot).splitlines()
        first, second, third = (
            next(n for n, row in enumerate(rows) if f" {title} " in row)
            for title in ("The chatty front page", "One server", "The cache that never hits")
        )

        assert "●" in rows[first]
        assert "★★☆ silver" in rows[first]
        assert "40 statements" in rows[first + 1]
        assert "◉" in rows[second]
        assert "you are here" in rows[second]
        assert "○" in rows[third]
        assert "open" in rows[third]
        assert "1 of 7 won" in rows[0]


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_level_of_the_season_is_seen_at_80_by_24(play: Play, language: str) -> None:
    """No scrolling to find Black Friday."""
    async with play(language=language) as pilot:
        await press(pilot, "m")
        seen = text_of(pilot)

        assert all(level.title[language] in seen for level in pilot.app.session.levels)  # type: ignore[attr-defined]


async def test_space_goes_on_from_the_map(play: Play, session: fakes.FakeSession) -> None:
    """Wherever the cursor is, space leads to the level in the workspace."""
    session.enter(session.levels[2])
    async with play() as pilot:
        await press(pilot, "m", "up", "space")

        assert isinstance(pilot.app.screen, Workbench)
        assert pilot.app.screen.level == session.levels[2]


async def test_no_level_is_locked(play: Play, session: fakes.FakeSession) -> None:
    """The last one can be begun first."""
    async with play() as pilot:
        await press(pilot, "m", "end", "enter")

        assert isinstance(pilot.app.screen, StoryScreen)
        assert pilot.app.screen.level == session.levels[-1]


async def test_a_lesson_can_be_read_again_from_the_map(
    play: Play, session: fakes.FakeSession
) -> None:
    """After the win; before, it would tell too much."""
    async with play() as pilot:
        await press(pilot, "m", "l")
        assert isinstance(pilot.app.screen, MapScreen)
        win(session, 1)
        await press(pilot, "escape", "m", "l")
        assert isinstance(pilot.app.screen, LessonScreen)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, MapScreen)


async def test_a_replay_begins_anew_and_keeps_the_files(
    play: Play, session: fakes.FakeSession
) -> None:
    """After a question the level is as at its start; what was there is in the journal."""
    session.enter(session.levels[0])
    win(session, 1)
    views = session.workspace.folder / "catalog/views.py"
    start = views.read_text()
    views.write_text("mine = True\n")
    async with play() as pilot:
        await press(pilot, "m", "r")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await press(pilot, "escape")
        assert views.read_text() == "mine = True\n"
        await press(pilot, "r", "y")

        assert isinstance(pilot.app.screen, StoryScreen)
        assert views.read_text() == start
        kept = next(entry for entry in session.journal.entries() if entry.reason == "reset")
        assert session.journal.contents(kept)["catalog/views.py"] == b"mine = True\n"


# -- story -------------------------------------------------------------------------------------


def test_everybody_who_speaks_has_a_portrait(session: fakes.FakeSession) -> None:
    """In the story, in both languages, and each of them has the size of all."""
    for level in session.levels:
        for language in ("en", "es"):
            for scene in read_story(level.text("story", language)):
                speakers = {b.speaker for b in scene.blocks if isinstance(b, Paragraph)} - {""}
                assert all(has_portrait(speaker) for speaker in speakers), speakers
    for name, picture in portraits().items():
        assert (picture.width, picture.height) == (SIZE, SIZE), name
    assert portrait("Nobody in particular") == portrait("Asha") != portrait("Betty")


async def test_a_line_is_said_after_the_other(play: Play) -> None:
    """Enter says the next line; what was said stays above, and the last one turns the page."""
    async with play() as pilot:
        await press(pilot, "m", "enter")
        assert "One office." in text_of(pilot)
        assert "We're live!" not in text_of(pilot)
        await press(pilot, "enter")
        assert "We're live!" in text_of(pilot)
        assert "One office." in text_of(pilot)
        await press(pilot, "space", "right", "enter", "enter", "enter")

        assert "scene 2 of 5" in text_of(pilot)


async def test_a_scene_is_clicked_through(play: Play) -> None:
    """The mouse goes on as enter does."""
    async with play() as pilot:
        await press(pilot, "m", "enter")
        await pilot.click("#box")
        await settled(pilot)

        assert "We're live!" in text_of(pilot)


async def test_any_key_completes_a_line_that_is_being_typed(play: Play) -> None:
    """And does nothing else: neither a key without a meaning nor enter says the next line."""
    async with play(moving=True) as pilot:
        await press(pilot, "m", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, StoryScreen)
        assert screen.view.is_typing
        assert "lifts her finger" not in text_of(pilot)
        await press(pilot, "z")
        assert not screen.view.is_typing
        assert "from the keyboard." in await shown(pilot, "from the keyboard.")
        await press(pilot, "enter")
        assert screen.view.is_typing
        await press(pilot, "enter")

        assert not screen.view.is_typing
        assert screen.view.at == 1


async def test_a_line_types_itself_to_its_end(play: Play) -> None:
    """Who only listens hears all of it."""
    async with play(moving=True) as pilot:
        await press(pilot, "m", "enter")
        view = pilot.app.screen.view  # type: ignore[attr-defined]
        view._typed = view._wiped = 1000
        await until(pilot, lambda: not view.is_typing)

        assert "from the keyboard." in await shown(pilot, "from the keyboard.")


async def test_the_pace_can_be_turned_off(play: Play, session: fakes.FakeSession) -> None:
    """A scene is there as a whole then, also the one that is on; and it is remembered."""
    async with play() as pilot:
        await press(pilot, "m", "enter", "f2", "down", "down", "down", "enter")
        assert not session.progress.paced
        await press(pilot, "escape")
        said = text_of(pilot)
        assert "We're live!" in said
        assert "And breathe out." in said
        await press(pilot, "enter")

        assert "scene 2 of 5" in text_of(pilot)


async def test_the_stack_stays_on_the_stage_and_grows(play: Play) -> None:
    """A scene begins with the picture of the one before, and draws its own at its place."""
    async with play() as pilot:
        await press(pilot, "m", "enter", "n", "n")
        assert "1292 statements" not in text_of(pilot)
        assert "│ PostgreSQL │" in text_of(pilot)
        await press(pilot, "enter")
        assert "1292 statements" in text_of(pilot)
        await press(pilot, "n", "n")

        assert "201 statements" in text_of(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_the_largest_stack_leaves_room_for_who_speaks(
    play: Play, session: fakes.FakeSession, size: tuple[int, int]
) -> None:
    """Level 7 draws the whole shop; picture, portrait and line are still on the screen."""
    async with play(size=size) as pilot:
        pilot.app.push_screen(StoryScreen(session.levels[6]))
        await press(pilot, "n", "n", "enter", "enter")
        screen = Region(0, 0, *size)
        for name in ("stack-drawn", "told", "portrait", "line"):
            part = pilot.app.screen.query_one(f"#{name}")
            assert screen.contains_region(part.region), name
            assert part.region.height > 0, name
        assert "It's only for tonight." in text_of(pilot)


# -- what the learner did plays on -------------------------------------------------------------


async def test_a_wrong_fix_has_its_scene(play: Play) -> None:
    """The verdict names it and waits for nothing; s plays it with what the run found."""
    async with play(fakes.run(fakes.LOST, STALE), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        assert isinstance(pilot.app.screen, VerdictScreen)
        assert "“Yesterday's price”" in text_of(pilot)
        await press(pilot, "s", "enter")
        assert isinstance(pilot.app.screen, SceneScreen)
        assert "Cork Mat. It said 39.90, I made it 44.90." in text_of(pilot)
        await press(pilot, "ctrl+l")
        assert "Ponía 39.90" in text_of(pilot)
        await press(pilot, "escape")

        assert isinstance(pilot.app.screen, VerdictScreen)


async def test_a_win_has_no_scene(play: Play) -> None:
    """The key is not offered where there is nothing to play."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        await press(pilot, "s")

        assert isinstance(pilot.app.screen, VerdictScreen)


# -- the win -----------------------------------------------------------------------------------


async def test_a_win_is_celebrated_once(play: Play) -> None:
    """Medal and figures before and now; any key shows the verdict, and it does not come back."""
    async with play(fakes.run(fakes.GOLD), at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        assert isinstance(pilot.app.screen, WinScreen)
        for told in ("✔  WON", "★★★ gold", "1292", "statements", "402", "31.5"):
            assert told in text_of(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, VerdictScreen)
        await press(pilot, "escape", "w")

        assert isinstance(pilot.app.screen, VerdictScreen)


async def test_a_key_of_the_verdict_works_at_the_celebration(play: Play) -> None:
    """Who presses l wants the lesson, and gets it."""
    async with play(fakes.run(fakes.GOLD), at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        await press(pilot, "l")
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen))


async def test_a_win_is_measured_against_one_s_own_first_run(
    play: Play, session: fakes.FakeSession
) -> None:
    """Where the learner lost first, their own figure is the one before, not Betty's."""
    first = fakes.run({**fakes.LOST, "queries": 700})
    async with play(first, at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        session.script = fakes.run(fakes.GOLD)
        await press(pilot, "escape", "v")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, WinScreen)
        assert "700" in text_of(pilot)
        assert "1292" not in text_of(pilot)


@pytest.mark.parametrize("script", [fakes.run(fakes.LOST), fakes.run(fakes.GOLD, fakes.NOISY)])
async def test_what_is_no_win_is_not_celebrated(play: Play, script: fakes.Script) -> None:
    """Neither a loss nor a run that cannot tell."""
    async with play(script, at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, VerdictScreen)


async def test_the_celebration_moves_only_where_things_may(play: Play) -> None:
    """With motion the bars shrink to their end; without, they are there at once."""
    async with play(fakes.run(fakes.GOLD), at="workbench", celebrates=True, moving=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, WinScreen)
        before = screen._step
        await until(pilot, lambda: screen._step >= 18)

        assert before < 18


# -- for everybody -----------------------------------------------------------------------------


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
            return str(name.visual.spans[0].style).lower()  # type: ignore[attr-defined]

        assert themes.THEMES[0].primary in first_colour()
        await press(pilot, *keys)

        await until(pilot, lambda: themes.THEMES[1].primary in first_colour())


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
