"""The journal in the game: what was thrown away comes back, and each run says how it ended."""

import pytest

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, settled, text_of
from tutor.tui.screens.confirm import ConfirmDialog
from tutor.tui.screens.journal import JournalScreen
from tutor.tui.screens.workbench import Workbench
from tutor.words.texts import Texts


async def test_reset_asks_and_keeps(play: Play, session: fakes.FakeSession) -> None:
    """The files are as at the start, and what was there is in the journal."""
    async with play(at="workbench") as pilot:
        views = session.workspace.folder / "catalog/views.py"
        start = views.read_text()
        views.write_text("mine = True\n")
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await press(pilot, "y")

        assert views.read_text() == start
        kept = next(entry for entry in session.journal.entries() if entry.reason == "reset")
        assert session.journal.contents(kept)["catalog/views.py"] == b"mine = True\n"


async def test_the_journal_brings_a_state_back(play: Play, session: fakes.FakeSession) -> None:
    """A kept state returns after a question."""
    async with play(at="workbench") as pilot:
        views = session.workspace.folder / "catalog/views.py"
        views.write_text("mine = True\n")
        await press(pilot, "r", "y")
        await run_ended(pilot)
        await press(pilot, "j")
        assert isinstance(pilot.app.screen, JournalScreen)
        rows = pilot.app.screen.entries  # type: ignore[attr-defined]
        place = [entry.reason for entry in rows].index("reset")
        await press(pilot, *["down"] * place, "enter", "y")

        assert isinstance(pilot.app.screen, Workbench)
        assert views.read_text() == "mine = True\n"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("✔ Quick check passed", "✖ Not yet (quick check)", "✔ Won  ★★★ gold")),
        (
            "es",
            ("✔ Prueba rápida superada", "✖ Todavía no (prueba rápida)", "✔ Ganado  ★★★ oro"),
        ),
    ],
)
async def test_the_journal_says_how_each_run_ended(
    play: Play, session: fakes.FakeSession, language: str, said: tuple[str, ...]
) -> None:
    """A quick check is no win, and each row fits."""
    level = session.levels[0]
    session.enter(level)
    for script, quick in ((fakes.GOLD, False), (fakes.LOST, True), (fakes.GOLD, True)):
        session.script = fakes.run(script)
        list(session.play(level, quick=quick))
    async with play(language=language) as pilot:
        await pilot.app.push_screen(JournalScreen(level))
        await settled(pilot)
        rows = text_of(pilot).splitlines()

    mine = f" {Texts(language)('variant.mine')} "
    shown = [row for row in rows if mine in row]
    for row, word in zip(shown, said, strict=True):
        assert row.endswith(word), row
