"""The monitor shows what the gauge sees: in figures, never by colour alone."""

import pytest

from tests.tui import fakes
from tests.tui.driving import Play, press, shown, until
from tutor.curriculum import load_levels
from tutor.events import ServiceStarted
from tutor.stack.gauge import LONGEST
from tutor.tui.board import Board
from tutor.tui.screens.workbench import Workbench
from tutor.tui.workbench.messages import StackRead


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_monitor_tells_servers_and_services(
    play: Play, session: fakes.FakeSession, size: tuple[int, int], language: str
) -> None:
    """Each server's share, each service's own figure, and the charts that the level puts first."""
    async with play(at="workbench", size=size, language=language) as pilot:
        await press(pilot, "4")
        session.seen = fakes.reading()
        pilot.app.screen.post_message(StackRead(session.seen))
        await press(pilot, "4")
        seen = await shown(pilot, "85 %")

    expected = {
        "en": "85 % of its half core; held back 40 %; its share was used up; "
        "4 of 4 at work, 37 waiting; server1 · CPU",
        "es": "85 % de su medio núcleo; frenado 40 %; ya gastó su parte; "
        "4 de 4 ocupados, 37 en espera; server1 · CPU",
    }
    # Services count in their server's share too: 61 and 24 are the 85.
    for text in (*expected[language].split("; "), "61 %", "24 %", "17 "):
        assert text in seen, text


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_peaks_of_a_run_stay(
    play: Play, session: fakes.FakeSession, language: str
) -> None:
    """Long after a full run they are told beside what is so now; a quick check takes none away."""
    busy = {"workers": 4, "places": 4, "busy": 4, "waiting": 37}
    idle = {"workers": 4, "places": 4, "busy": 0, "waiting": 0}
    async with play(at="workbench", language=language) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Workbench)
        board = screen.model.board
        board.begin(quick=False)
        board.watch(fakes.reading({"gunicorn": ("mine", 99.0, busy)}, site="mine"))
        board.end()
        board.begin(quick=True)
        board.watch(fakes.reading({"gunicorn": ("mine", 3.0, idle)}, site="mine"))
        board.end()
        await press(pilot, "4")
        session.seen = fakes.reading({"gunicorn": ("showroom", 3.0, idle)})
        for _ in range(2):
            screen.post_message(StackRead(session.seen))
            await pilot.pause()
        screen_text = " ".join((await shown(pilot, "37")).replace("│", " ").split())

    expected = {
        "en": "in the run at most: CPU 99 %, held back 40 %; at work 4, waiting 37; peak 99",
        "es": "en la prueba, como máximo: CPU 99 %, frenado 40 %; ocupados 4, en espera 37; "
        "máximo 99",
    }
    for text in expected[language].split("; "):
        assert text in screen_text, f"{text}: {screen_text}"


def test_a_full_run_begins_without_peaks() -> None:
    """They are of one run, and only of the shop that it is about."""
    board = Board(load_levels()[0])
    board.begin(quick=False)
    board.watch(fakes.reading({"gunicorn": ("mine", 99.0, {"busy": 4})}, site="mine"))
    board.watch(fakes.reading({"gunicorn": ("showroom", 100.0, {"busy": 9})}))
    first = (dict(board.peaks.of_server("server1")), dict(board.peaks.of_service("gunicorn")))
    board.begin(quick=False)

    assert first == ({"cpu_percent": 99.0, "throttled_percent": 40.0}, {"busy": 4})
    assert not board.peaks.of_server("server1")


async def test_the_side_shows_it_in_short(play: Play, session: fakes.FakeSession) -> None:
    """On a wide terminal every tab but the monitor itself has it at its side."""
    async with play(at="workbench", size=(120, 40)) as pilot:
        session.seen = fakes.reading()
        pilot.app.screen.post_message(StackRead(session.seen))
        await press(pilot, "2")
        assert "17/20" in await shown(pilot, "17/20")
        assert pilot.app.screen.query_one("#side").display
        await press(pilot, "4")
        side = pilot.app.screen.query_one("#side")
        await until(pilot, lambda: not side.display)


async def test_a_service_that_ended_says_so(play: Play, session: fakes.FakeSession) -> None:
    """Symbol and word, where its figures stood."""
    services = {title: fakes.SERVICES[title] for title in ("gunicorn",)}
    async with play(at="workbench") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Workbench)
        screen.model.board.apply(ServiceStarted("postgres", "server1", 5433, 0.1))
        session.seen = fakes.reading(services)
        screen.post_message(StackRead(session.seen))
        await press(pilot, "4")

        assert "○ postgres     stopped" in await shown(pilot, "○ postgres     stopped")


def test_the_shop_under_test_comes_first_during_a_run() -> None:
    """Idle, the monitor is about the shop in the browser; during a run about the one measured."""
    board = Board(load_levels()[0])
    showroom = fakes.reading()
    mine = fakes.reading({"gunicorn": ("mine", 5.0, {})})
    both = type(mine)(0.0, (*showroom.services, *mine.services), showroom.servers)
    board.history.add(both)

    idle = board.site
    board.running = True

    assert (idle, board.site) == ("showroom", "mine")
    assert {s.site for s in board.reading.services} == {"", "mine"}  # type: ignore[union-attr]


def test_what_the_workbench_remembers_is_bounded() -> None:
    """An evening at the workbench takes no more memory than five minutes."""
    board = Board(load_levels()[0])
    for _ in range(2 * LONGEST):
        board.history.add(fakes.reading())

    assert len(board.history.readings) == LONGEST


async def test_links_are_opened_by_key(
    play: Play, session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`l` lists what the stack has with its addresses; enter opens the chosen one."""
    opened: list[str] = []
    monkeypatch.setattr(
        "tutor.tui.workbench.shop.open_browser", lambda url: opened.append(url) is None
    )
    services = {**fakes.SERVICES, "flower": ("showroom", 1.0, {})}
    async with play(at="workbench") as pilot:
        session.seen = fakes.reading(services)
        pilot.app.screen.post_message(StackRead(session.seen))
        await press(pilot, "4")
        assert "l opens admin, Flower." in await shown(pilot, "l opens admin, Flower.")
        await press(pilot, "l")
        assert "http://127.0.0.1:5555/" in await shown(pilot, "http://127.0.0.1:5555/")
        await press(pilot, "down", "down", "enter")

    assert opened == ["http://127.0.0.1:5555/"]


@pytest.mark.parametrize("language", ["en", "es"])
async def test_long_figures_go_on_below(
    play: Play, session: fakes.FakeSession, language: str
) -> None:
    """On 80 columns nothing that a service says of itself is cut off."""
    name, (site, cpu, figures) = "postgres", fakes.SERVICES["postgres"]
    busy = {**figures, "in_transaction": 2, "waiting_for_lock": 3, "oldest_transaction": 41.0}
    session.seen = fakes.reading({**fakes.SERVICES, name: (site, cpu, busy)})
    async with play(at="workbench", language=language) as pilot:
        await press(pilot, "4")
        pilot.app.screen.post_message(StackRead(session.seen))
        screen = await shown(pilot, "41 s")

    said = " ".join(screen.replace("│", " ").split())
    expected = {
        "en": "2 idle in a transaction, 3 waiting for a lock, the oldest transaction 41 s old",
        "es": "2 paradas en una transacción, 3 en espera de un bloqueo, "
        "la transacción más vieja lleva 41 s",
    }
    assert expected[language] in said
