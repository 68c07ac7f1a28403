"""One certificate for each season, on one screen."""

from dataclasses import replace

from tests.tui import fakes
from tests.tui.driving import Play, text_of
from tutor.judge import Medal
from tutor.learner.certificate import SEASONS
from tutor.tui.screens.certificate import CertificateScreen


async def test_each_season_that_has_begun_has_its_sheet(
    play: Play, session: fakes.FakeSession
) -> None:
    """The first one is won; of the second one it is said what is missing."""
    first, second = SEASONS
    session.levels = [
        replace(session.levels[0], slug=f"{number:02}_level")
        for number in (first.last, second.first, second.last)
    ]
    with session.progress_file.change() as progress:
        for level in session.levels[:2]:
            progress.of(level.slug).attempts = 1
            progress.record_win(level.slug, Medal.GOLD, {"queries": 5})
        progress.levels[session.levels[1].slug].medal = Medal.SILVER
        progress.levels[session.levels[1].slug].best = {"queries": 40}
    async with play(size=(120, 40)) as pilot:
        await pilot.app.push_screen(CertificateScreen())
        shown = text_of(pilot)

    assert "LEVEL 2!" in shown
    assert "1 of 2 levels won. The certificate comes when all 2 are won." in shown
    title = session.levels[0].title["en"]
    below = shown[shown.index("1 of 2 levels won") :].splitlines()
    assert len({row.index(title) for row in below if title in row}) == 1
    assert sum(title in row for row in below) == 2
    assert "LEVEL 3!" not in shown
    assert any("gold is missing: " in row for row in below)
    assert "Measured: 40" in " ".join(below)
