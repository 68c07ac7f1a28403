"""The workbench fits every terminal and needs no colour."""

import gc
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets._footer import FooterKey

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, settled, shown, text_of, until
from tutor.curriculum import find_level
from tutor.judge import Medal, judge
from tutor.tui.board import Board
from tutor.tui.widgets.goals import GoalsView
from tutor.words.texts import Texts


@pytest.mark.parametrize("language", ["en", "es"])
async def test_tabs_and_keys_fit_in_80_columns(play: Play, language: str) -> None:
    """Neither the last tab nor the last key is cut off."""
    async with play(at="workbench", language=language) as pilot:
        screen = Region(0, 0, 80, 24)
        for wanted in (*pilot.app.screen.query("ContentTab"), *pilot.app.screen.query("FooterKey")):
            assert screen.contains_region(wanted.region), wanted


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_key_is_cut_where_there_are_more_than_fit(
    play: Play, session: fakes.FakeSession, language: str
) -> None:
    """The map after a win, beside the mark of a room: help and the way out stay, the rest is in it."""
    with session.progress_file.change() as progress:
        progress.record_win(session.levels[0].slug, Medal.GOLD, {"queries": 5})
    async with play(language=language) as pilot:
        await press(pilot, "m")
        pilot.app.screen.room_changed("● aula 12 · 3 nuevos")  # type: ignore[attr-defined]
        await until(pilot, lambda: pilot.app.screen.query(".room-mark").last().region.width > 20)
        await settled(pilot)
        mark = pilot.app.screen.query(".room-mark").last()
        keys = list(pilot.app.screen.query("FooterKey").results(FooterKey))

        assert max(key.region.right for key in keys) <= mark.region.x
        assert {"enter", "space", "question_mark", "escape"} <= {key.key for key in keys}
        assert "r" not in {key.key for key in keys}
        assert "r" in pilot.app.screen.active_bindings


@pytest.mark.parametrize("language", ["en", "es"])
async def test_what_the_goals_of_the_finale_count_fits_in_80_columns(language: str) -> None:
    """Missed by far, each says what it counts to the last letter."""
    level = find_level("12_cyber_monday")
    board = Board(level)
    measures = {goal.measure: 1000 if goal.at_most is not None else 1 for goal in level.goals}
    board.results = {goal.id: goal for goal in judge(level.goals, measures, (), quick=False).goals}

    class Goals(App[None]):
        def compose(self) -> ComposeResult:
            yield GoalsView()

    async with Goals().run_test(size=(80, 60)) as pilot:
        pilot.app.query_one(GoalsView).show(board, Texts(language))
        text = await shown(pilot, level.units["both_gone"][language])  # type: ignore[arg-type]

    for goal in level.goals:
        assert level.units[goal.measure][language] in text


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
async def test_the_workbench_fills_any_terminal(play: Play, size: tuple[int, int]) -> None:
    """Heading, run bar and footer are at the edges, the tabs between them."""
    async with play(at="workbench", size=size) as pilot:
        screen = pilot.app.screen
        assert screen.query_one("#heading").region.y == 0
        assert screen.query_one("Footer").region.bottom == size[1]
        assert screen.query_one("RunBar").region.bottom == size[1] - 1
        assert screen.query_one("#side").display is (size[0] >= 120)


async def test_a_tab_comes_to_the_front_in_one_go(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is laid out once, filled: beside a load test every drawing more is felt under the keys."""
    laid_out: list[Screen[object]] = []
    lay_out = Screen._refresh_layout

    def noted(screen: Screen[object], *args: Any, **options: Any) -> None:
        laid_out.append(screen)
        lay_out(screen, *args, **options)

    async with play(at="workbench") as pilot:
        await press(pilot, "2", "3", "2", "3")
        monkeypatch.setattr(Screen, "_refresh_layout", noted)
        counts = []
        for key in "232":
            await settled(pilot)
            laid_out.clear()
            await press(pilot, key)
            await settled(pilot)
            counts.append(len(laid_out))

    assert counts == [1, 1, 1]


async def test_what_stays_is_not_searched_for_garbage_during_a_run(play: Play) -> None:
    """Beside visitors a search through all of the game takes 100 ms, once a second."""
    gc.unfreeze()
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "c")
        await run_ended(pilot)

        assert gc.get_freeze_count() > len(gc.get_objects())
    gc.unfreeze()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["^q leaves the game.", "esc stops the run, ^q leaves the game."]),
        ("es", ["^q sale del juego.", "esc para la prueba, ^q sale del juego."]),
    ],
)
async def test_ctrl_c_says_how_the_game_is_left(
    play: Play, session: fakes.FakeSession, language: str, said: list[str]
) -> None:
    """In the learner's language; during a run, first how that is stopped: it may be meant."""
    async with play(fakes.endless, at="workbench", language=language) as pilot:
        await press(pilot, "ctrl+c", "v")
        session.under_way.wait(5)
        await press(pilot, "ctrl+c")
        await until(pilot, lambda: len(pilot.app._notifications) == len(said))

        assert [note.message for note in pilot.app._notifications] == said


async def test_it_plays_without_colour(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR every outcome can still be read."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        assert "✔  WON" in text_of(pilot)
