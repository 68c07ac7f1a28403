"""What is longer than the terminal is read to its end with the keys, wherever it stands."""

from dataclasses import replace

import pytest
from textual.containers import VerticalScroll
from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, text_of, until
from tests.tui.fake_looks import GROUPS
from tutor.curriculum import load_levels
from tutor.events import StepStarted
from tutor.tui.workbench.messages import EventReported
from tutor.views.sql import PageSql
from tutor.words.texts import Texts

SIZES = ((80, 24), (120, 40))
DIFF = "\n".join(f"+line {number}" for number in range(200))
LONG = Content("\n".join(f"line {number}" for number in range(200)))
PAGES = {
    "p": "visits_view.table",
    "u": "queue_view.picture",
    "y": "reads_view.picture",
    "f": "together_view.table",
    "z": "locks_view.picture",
}
"""By key of a look, what draws its page."""


def page_of(pilot: Pilot[int]) -> VerticalScroll:
    """Return what the keys scroll now."""
    page = pilot.app.screen.focused
    assert isinstance(page, VerticalScroll)
    return page


async def read_through(pilot: Pilot[int]) -> None:
    """Scroll to the end and back with every key there is for it; see that more was promised."""
    page = page_of(pilot)
    await until(pilot, lambda: page.max_scroll_y > 0)
    await until(pilot, lambda: "▼ more" in text_of(pilot))
    for there, back in (("end", "home"), ("pagedown", "pageup"), ("down", "up")):
        await press(pilot, there)
        await until(pilot, lambda: page.scroll_y > 0)
        await press(pilot, back)
        await until(pilot, lambda: page.scroll_y == 0)
    await press(pilot, "end")
    await until(pilot, lambda: page.scroll_y >= page.max_scroll_y > 0)
    await until(pilot, lambda: "▼ more" not in text_of(pilot))


@pytest.mark.parametrize("size", SIZES)
async def test_the_briefing_is_read_with_the_keys_as_soon_as_it_is_there(
    play: Play, session: fakes.FakeSession, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right away, and again after another tab, a dialog and another language."""
    long = "\n\n".join(f"Paragraph {number}." for number in range(60))
    monkeypatch.setattr(type(session.levels[0]), "text", lambda *_: long)
    async with play(at="workbench", size=size) as pilot:
        await read_through(pilot)
        await press(pilot, "2", "1")
        assert page_of(pilot).scroll_y > 0
        await press(pilot, "question_mark", "escape", "home")
        await read_through(pilot)
        await press(pilot, "ctrl+l")
        assert "▼ sigue" in text_of(pilot)
        await press(pilot, "ctrl+l")
        await read_through(pilot)


async def test_goals_hints_and_diff_are_read_with_the_keys(
    play: Play, session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each as soon as its tab is in front."""
    monkeypatch.setattr(session, "diff", lambda *_: DIFF)
    async with play(at="workbench", size=(80, 16)) as pilot:
        await press(pilot, "2")
        await read_through(pilot)
        await press(pilot, "6")
        await read_through(pilot)
        await press(pilot, *"hhhh", "home")
        await read_through(pilot)


async def test_answer_verdict_and_lesson_are_read_with_the_keys(play: Play) -> None:
    """They fill the screen, and go on below."""
    async with play(fakes.run(fakes.GOLD), at="workbench", size=(80, 16)) as pilot:
        await press(pilot, "a", "y")
        await read_through(pilot)
        await press(pilot, "escape", "v")
        await run_ended(pilot)
        await read_through(pilot)
        await press(pilot, "l")
        await read_through(pilot)


async def goes_to_the_end(pilot: Pilot[int]) -> Widget:
    """Scroll what has the keys to its end and back to its beginning; return it."""
    pane = pilot.app.screen.focused
    assert pane is not None
    await until(pilot, lambda: pane.max_scroll_y > 0)
    await press(pilot, "end")
    await until(pilot, lambda: pane.scroll_offset.y >= pane.max_scroll_y > 0)
    await press(pilot, "home")
    await until(pilot, lambda: pane.scroll_offset.y == 0)
    return pane


async def test_the_log_of_a_run_is_read_with_the_keys(play: Play) -> None:
    """Its tab has the keys as soon as it is in front."""
    async with play(at="workbench") as pilot:
        await press(pilot, "3")
        for number in range(60):
            pilot.app.screen.post_message(EventReported(StepStarted(f"step {number}", {})))
        await goes_to_the_end(pilot)


async def test_charts_below_others_are_reached_with_the_keys(play: Play) -> None:
    """A level has up to four; a low terminal shows two, and shift-tab leads to the others."""
    async with play(at="workbench") as pilot:
        await press(pilot, "3", "shift+tab")
        charts = await goes_to_the_end(pilot)
        await press(pilot, "end")

        assert charts.id == "charts"
        assert "One page" in text_of(pilot)


async def test_the_monitor_is_read_with_the_keys(play: Play) -> None:
    """What even one server needs, the lowest terminal has not."""
    async with play(at="workbench", size=(80, 10)) as pilot:
        await press(pilot, "4")
        await goes_to_the_end(pilot)


@pytest.mark.parametrize("key", PAGES)
async def test_every_look_is_read_with_the_keys(
    play: Play, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right after the key that brings it."""
    monkeypatch.setattr(f"tutor.tui.widgets.{PAGES[key]}", lambda *_: LONG)
    async with play(at="workbench") as pilot:
        await press(pilot, key)
        await goes_to_the_end(pilot)


async def test_the_logs_are_read_with_the_keys(play: Play, session: fakes.FakeSession) -> None:
    """It begins at its end; scrolled up, it stays there."""
    session.stack.logs.mkdir(parents=True, exist_ok=True)
    (session.stack.logs / "postgres.log").write_text("a line\n" * 300)
    async with play(at="workbench") as pilot:
        await press(pilot, "o")
        await goes_to_the_end(pilot)


async def test_statements_and_a_long_one_are_read_with_the_keys(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of a chatty page; enter opens one, gives it the keys, and closes it again."""
    long = "SELECT " + ", ".join(f"column_{number}" for number in range(200))
    groups = [replace(group, example=long) for group in GROUPS * 20]
    found = PageSql("/", 200, "", 201, 340.5, tuple(groups))
    monkeypatch.setattr(fakes.FakeShowroom, "site", object(), raising=False)
    monkeypatch.setattr("tutor.tui.workbench.views.sql.sql_of_page", lambda *_: found)
    async with play(at="workbench") as pilot:
        await press(pilot, "q")
        listed = await goes_to_the_end(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: pilot.app.focused and pilot.app.focused.id == "statement")
        await goes_to_the_end(pilot)
        await press(pilot, "end")
        assert "column_199" in text_of(pilot)
        await press(pilot, "enter")

        assert pilot.app.focused is listed
        assert "column_" not in text_of(pilot)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_diagnosis_fits_below_the_briefing(language: str) -> None:
    """Whatever was chosen, with a number of three digits: three lines of 76 columns hold it."""
    texts = Texts(language)
    for level in load_levels():
        asked, number = level.diagnosis, level.prediction
        choices = [text[language] for text in asked.choices.values()] if asked else [""]
        unit = texts.unit(level, number.measure) or texts.measure(number.measure) if number else ""
        for choice in choices:
            said = " · ".join(part for part in (choice, f"123 {unit}" if number else "") if part)
            line = texts("tui.diagnosis.so_far", said=said)
            assert len(Content(line).wrap(76)) <= 3, line
