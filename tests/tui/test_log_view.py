"""A log follows its end as long as the end is what the learner looks at."""

from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot

from tests.tui.driving import until
from tutor.tui.widgets.log_view import LogView, Row
from tutor.tui.widgets.plain import Static


class Host(App[None]):
    """A log with something above it that may grow."""

    def compose(self) -> ComposeResult:
        """Yield both."""
        yield Static(id="above")
        yield LogView()


def rows(count: int) -> list[Row]:
    """Return *count* lines."""
    return [(Content(str(n)), Content("said")) for n in range(count)]


async def grow(pilot: Pilot[None]) -> None:
    """Take away half of the log's room."""
    pilot.app.query_one("#above").styles.height = 12
    await pilot.pause()


async def test_a_log_stays_at_its_end_where_room_is_taken_away() -> None:
    """Race and charts come while it runs: they must not stop it."""
    async with Host().run_test(size=(80, 24)) as pilot:
        log = pilot.app.query_one(LogView)
        log.show(rows(40))
        await pilot.pause()
        await grow(pilot)
        log.show(rows(60))
        await pilot.pause()
        await until(pilot, lambda: log.scroll_offset.y == log.max_scroll_y > 40)


async def test_who_scrolled_up_is_left_there() -> None:
    """New lines and less room move nothing away from under their eyes."""
    async with Host().run_test(size=(80, 24)) as pilot:
        log = pilot.app.query_one(LogView)
        log.show(rows(40))
        await pilot.pause()
        log.scroll_to(y=3, animate=False)
        await pilot.pause()
        await grow(pilot)
        log.show(rows(60))
        await pilot.pause()

        assert log.scroll_offset.y == 3
