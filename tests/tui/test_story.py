"""The story is told line by line, and what the learner did plays on in it."""

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tests.tui import fakes
from tests.tui.driving import SIZES, Play, press, run_ended, settled, shown, text_of, until
from tutor.judge import Finding, Kind
from tutor.tui.art.portraits import SIZE, has_portrait, portrait, portraits
from tutor.tui.screens.story import SceneScreen, StoryScreen
from tutor.tui.screens.verdict import VerdictScreen
from tutor.tui.story import Paragraph, Scene, read_story
from tutor.tui.widgets.scene import SceneView

PARAMS = {"field": "price", "product": "Cork Mat", "before": "39.90", "after": "44.90"}
STALE = (Finding("stale_page", Kind.FOUL, PARAMS),)


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


async def test_a_name_never_runs_into_what_was_said() -> None:
    """The column of names is as wide as the longest; one that is longer still stands alone."""
    speeches = (("Gina Caputo", "Dear."), ("Betty", "Yes?"), ("El proveedor de hosting", "Hola."))
    scene = Scene("", tuple(Paragraph(text, speaker) for speaker, text in speeches))

    class Stage(App[None]):
        def compose(self) -> ComposeResult:
            yield SceneView(scene, paced=False)

    async with Stage().run_test(size=(80, 24)) as pilot:
        await shown(pilot, "Hola.")  # type: ignore[arg-type]
        told = [line[22:].strip() for line in text_of(pilot).split("\n")]  # type: ignore[arg-type]

    first = told.index("Gina Caputo Dear.")
    assert told[first + 2] == "Betty       Yes?"
    assert told[first + 4 : first + 6] == ["El proveedor de hosting", "Hola."]


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
    """A scene begins with the picture of the one before, and draws its own at its place.

    The last one has the shop as the learner gets it.
    """
    async with play() as pilot:
        await press(pilot, "m", "enter", "n", "n")
        assert "1292 statements" not in text_of(pilot)
        assert "│ PostgreSQL │" in text_of(pilot)
        await press(pilot, "enter")
        assert "1292 statements" in text_of(pilot)
        await press(pilot, "n")
        assert "201 statements" in text_of(pilot)
        await press(pilot, "n")

        assert "1292 statements" in text_of(pilot)


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
