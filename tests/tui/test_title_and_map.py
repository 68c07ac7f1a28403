"""The title and the map: where the learner begins, goes on and comes back to."""

import pytest
from textual.geometry import Region

from tests.tui import fakes
from tests.tui.driving import SIZES, Play, press, text_of
from tutor.judge import Medal
from tutor.learner.way import note_story
from tutor.tui.art.office import office
from tutor.tui.screens.certificate import CertificateScreen
from tutor.tui.screens.confirm import ConfirmDialog
from tutor.tui.screens.lesson import LessonScreen
from tutor.tui.screens.map import MapScreen
from tutor.tui.screens.settings import SettingsDialog
from tutor.tui.screens.story import StoryScreen
from tutor.tui.screens.workbench import Workbench


def win(session: fakes.FakeSession, number: int, medal: Medal = Medal.GOLD, **best: float) -> None:
    """Let the learner have won a level."""
    with session.progress_file.change() as progress:
        slug = session.levels[number - 1].slug
        progress.of(slug).attempts += 1
        progress.record_win(slug, medal, best)


@pytest.mark.parametrize("size", SIZES)
async def test_the_title_fits_any_terminal(play: Play, size: tuple[int, int]) -> None:
    """Name, office and every line of the menu are on the screen, each below the other."""
    async with play(size=size) as pilot:
        screen = Region(0, 0, *size)
        parts = [pilot.app.screen.query_one(f"#{name}") for name in ("name", "office")]
        parts += list(pilot.app.screen.query("Choice"))

        assert all(screen.contains_region(part.region) for part in parts)
        assert [part.region.y for part in parts] == sorted(part.region.y for part in parts)


def test_the_rack_has_a_light_for_every_level_of_both_seasons() -> None:
    """Whichever of fourteen is won, another picture is painted."""
    states = ["open"] * 14
    pictures = [
        office(76, [*states[:place], "won", *states[place + 1 :]]).drawn().markup
        for place in range(len(states))
    ]

    assert len(set(pictures)) == len(states)


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
        assert "Begin: level 2, One server" in text_of(pilot)
        await press(pilot, "enter")

        assert isinstance(pilot.app.screen, StoryScreen)
        assert session.workspace.level == session.levels[1].slug


async def test_a_level_begun_in_the_shell_has_its_story_once(
    play: Play, session: fakes.FakeSession
) -> None:
    """`tutor begin` put its files there; the game tells how it begins, and not again."""
    session.enter(session.levels[1])
    async with play() as pilot:
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, StoryScreen)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, Workbench)
    async with play() as pilot:
        await press(pilot, "enter")

        assert isinstance(pilot.app.screen, Workbench)


async def test_who_came_by_a_level_before_is_told_no_story_again(
    play: Play, session: fakes.FakeSession
) -> None:
    """An attempt says that they know it: progress from before stories were noted has no more."""
    session.enter(session.levels[1])
    with session.progress_file.change() as progress:
        progress.of(session.levels[1].slug).attempts = 1
    async with play() as pilot:
        await press(pilot, "enter")

        assert isinstance(pilot.app.screen, Workbench)


async def test_continue_offers_what_is_left_once_all_is_won(
    play: Play, session: fakes.FakeSession
) -> None:
    """The levels without gold and the certificates; a level that is chosen is gone on with."""
    session.enter(session.levels[-1])
    for level in session.levels:
        win(session, level.number, Medal.SILVER if level.number == 4 else Medal.GOLD)
    async with play() as pilot:
        assert "What is left" in text_of(pilot)
        await press(pilot, "enter")
        shown = text_of(pilot)
        await press(pilot, "enter")

        assert "Level 4, Gina Caputo: silver so far" in shown
        assert "Your certificates" in shown
        assert "One server" not in shown
        assert session.workspace.level == session.levels[3].slug


async def test_continue_shows_the_certificates_after_the_last_gold(
    play: Play, session: fakes.FakeSession
) -> None:
    """From the title and from the map."""
    session.enter(session.levels[-1])
    for level in session.levels:
        win(session, level.number)
    async with play(size=(120, 40)) as pilot:
        assert "Your certificates" in text_of(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, CertificateScreen)
        await press(pilot, "escape", "m", "space")
        assert isinstance(pilot.app.screen, CertificateScreen)


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
        assert f"1 of {len(session.levels)} won" in rows[0]


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_level_of_the_season_is_seen_at_80_by_24(play: Play, language: str) -> None:
    """No scrolling to find the last one, however many there are."""
    async with play(language=language) as pilot:
        await press(pilot, "m")
        seen = text_of(pilot)

        assert all(level.title[language] in seen for level in pilot.app.session.levels)  # type: ignore[attr-defined]


async def test_space_goes_on_from_the_map(play: Play, session: fakes.FakeSession) -> None:
    """Wherever the cursor is, space leads to the level in the workspace."""
    session.enter(session.levels[2])
    note_story(session, session.levels[2])
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
