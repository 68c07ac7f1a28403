"""The looks at the running shop: fetched without blocking, shown with signs, led on by keys."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, settled, shown, text_of
from tests.tui.fake_looks import CARD, GROUPS, Visitors
from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.tui.screens.workbench import Workbench
from tutor.tui.workbench.messages import FilesSaved, StackRead
from tutor.tui.workbench.registry import VIEWS
from tutor.tui.workbench.views import queue, sql, together, visits
from tutor.views.sql import PageSql
from tutor.views.together import Together

CRASH: dict[str, object] = {
    "path": "/", "status": 500, "error": "NameError: name 'x'", "file": "catalog/views.py",
    "line": 9, "tail": "  File catalog/views.py, line 9\nNameError: name 'x'",
}  # fmt: skip


@pytest.fixture(autouse=True)
def a_shop_that_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop of the showroom is anything: who asks it is scripted."""
    monkeypatch.setattr(fakes.FakeShowroom, "site", object(), raising=False)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every page take the same statements; return the pages that were asked for."""
    pages: list[str] = []

    def sql_of_page(site: object, page: str, cancel: object) -> PageSql:
        pages.append(page)
        return PageSql(page, 200, "", 201, 340.5, GROUPS)

    monkeypatch.setattr(sql, "sql_of_page", sql_of_page)
    return pages


def bench_of(pilot: Any) -> Workbench:
    assert isinstance(pilot.app.screen, Workbench)
    return pilot.app.screen


async def focused(pilot: Any, name: str) -> None:
    """Wait until the keys go to the widget of that id."""
    await patiently(pilot, lambda: pilot.app.focused and pilot.app.focused.id == name)


async def patiently(pilot: Any, condition: Callable[[], object]) -> None:
    """Wait until *condition* holds, however crowded the machine is."""
    for _ in range(500):
        if condition():
            return
        await pilot.pause(0.02)
    pytest.fail("it never came to be")


@pytest.mark.parametrize(
    ("language", "size"), [("en", (80, 24)), ("es", (80, 24)), ("en", (140, 45))]
)
async def test_the_sql_of_the_page_is_grouped(
    play: Play, asked: list[str], language: str, size: tuple[int, int]
) -> None:
    """Count, time, statement and line; enter opens the whole statement, with its values."""
    async with play(at="workbench", language=language, size=size) as pilot:
        await press(pilot, "8")
        seen = await shown(pilot, f"{CARD}:7")
        await focused(pilot, "groups")
        await press(pilot, "enter")
        opened = await shown(pilot, "4711")

    assert "201" in seen
    assert "200× ████████   340 ms  SELECT … FROM brand" in seen
    assert "4711" not in seen
    assert "4711" in opened
    assert asked == ["/"]


async def test_a_key_leads_from_the_statement_to_its_line(play: Play, asked: list[str]) -> None:
    """The editor opens the file with the cursor there; a statement without a line leads nowhere."""
    async with play(at="workbench") as pilot:
        await press(pilot, "q")
        await focused(pilot, "groups")
        await press(pilot, "down", "i")
        bench = bench_of(pilot)
        assert bench.model.tab == "view"
        await press(pilot, "up", "i")
        await patiently(pilot, lambda: bench.model.tab == "files")
        editor: Any = bench.query_one("#editor")
        await patiently(pilot, lambda: editor.cursor_location == (6, 0))

        assert bench.model.desk.open == CARD
        assert editor.has_focus


async def test_another_page_is_typed(play: Play, asked: list[str]) -> None:
    """An address will do as well as a path; escape asks nothing."""
    async with play(at="workbench") as pilot:
        await press(pilot, "q", "t", "escape")
        await press(pilot, "t", *["backspace"], *"http://x/cart/", "enter")
        await shown(pilot, "/cart/: 201")

    assert asked == ["/", "/cart/"]


async def test_a_save_looks_anew(play: Play, asked: list[str]) -> None:
    """In front it is fetched at once; behind, when it comes to the front."""
    async with play(at="workbench") as pilot:
        await press(pilot, "q")
        bench_of(pilot).take_in_files(FilesSaved(("catalog/views.py",)))
        await run_ended(pilot)
        assert len(asked) == 2
        await press(pilot, "2")
        bench_of(pilot).take_in_files(FilesSaved(("catalog/views.py",)))
        await run_ended(pilot)
        assert len(asked) == 2
        await press(pilot, "8")

        assert len(asked) == 3


async def test_nothing_is_fetched_from_visitors_who_are_measured(
    play: Play, session: fakes.FakeSession, asked: list[str]
) -> None:
    """During a full run a look waits; the game says so."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        await press(pilot, "q", "g")
        said = await shown(pilot, "being measured")
        await press(pilot, "escape")
        await run_ended(pilot)

    assert "being measured" in said
    assert asked == []


async def test_a_page_that_fails_is_told_calmly(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status, file, line and the traceback's last lines, in the place of the statements."""
    trouble = ShopError("page_fails", **CRASH)
    monkeypatch.setattr(
        sql, "sql_of_page", lambda site, page, cancel: PageSql(page, 500, trouble=trouble)
    )
    async with play(at="workbench") as pilot:
        await press(pilot, "q")
        seen = " ".join((await shown(pilot, "NameError")).split())

        assert (
            "✖ / answers with status 500: NameError: name 'x' — catalog/views.py, line 9." in seen
        )
        assert "File catalog/views.py, line 9" in seen
        assert "asked PostgreSQL nothing" not in seen
        bench_of(pilot)


async def test_a_shop_that_takes_its_time_blocks_nothing(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are answered meanwhile, and the game ends without waiting for the page."""
    let_go = threading.Event()

    def sql_of_page(site: object, page: str, cancel: Any) -> PageSql:
        while not (let_go.is_set() or cancel.is_set):
            let_go.wait(0.01)
        return PageSql(page)

    monkeypatch.setattr(sql, "sql_of_page", sql_of_page)
    async with play(at="workbench") as pilot:
        pilot.app.post_message(events.Key("q", "q"))
        assert "Asking for / …" in await shown(pilot, "Asking for / …")
        pilot.app.post_message(events.Key("2", "2"))
        await patiently(pilot, lambda: bench_of(pilot).model.tab == "goals")
        let_go.set()


async def test_the_last_of_two_quick_keys_counts(play: Play) -> None:
    """A focus that arrives late does not take the learner back to the tab before."""
    async with play(at="workbench") as pilot:
        for number in range(12):
            for letter in ("q" if number % 2 else "5", "2"):
                pilot.app.post_message(events.Key(letter, letter))
                # At another moment each time: how far the first key has come is what matters.
                await asyncio.sleep(0.001 * number)
            await settled(pilot)

            assert bench_of(pilot).model.tab == "goals"


async def test_every_look_has_a_key_that_means_the_same_on_every_tab(
    play: Play, asked: list[str]
) -> None:
    """It brings its look, from the looks too; all the keys stand above them."""
    async with play(at="workbench", language="es") as pilot:
        bench = bench_of(pilot)
        for tab in "12345678":
            for view in VIEWS:
                pilot.app.post_message(events.Key(tab, tab))
                await press(pilot, view.KEY)

                assert bench.model.in_front == view.NAME
        names = next(line for line in text_of(pilot).splitlines() if line.startswith(" q SQL"))

        said = [f"{view.KEY} {bench.parts[view.NAME].title()}" for view in VIEWS]
        assert names.strip() == "  ".join(said)


async def test_a_click_on_its_name_brings_a_look(play: Play, asked: list[str]) -> None:
    """The line above the looks names them all."""
    async with play(at="workbench") as pilot:
        await press(pilot, "q")
        names = next(line for line in text_of(pilot).splitlines() if line.startswith(" q SQL"))
        await pilot.click("#view-names", offset=(names.index("Locks"), 0))
        await settled(pilot)

        assert bench_of(pilot).model.in_front == "locks"


# -- visits --------------------------------------------------------------------------------------


async def test_two_visits_stand_side_by_side(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs has a sign of its own, and so has a name that is somebody else's."""
    came: list[tuple[str, str]] = []
    monkeypatch.setattr(visits, "Visits", Visitors(came))
    async with play(at="workbench") as pilot:
        await press(pilot, "p")
        seen = await shown(pilot, "Gina Caputo")
        await press(pilot, "n", "down", "enter")

    lines = {" ".join(line.split()[:2]): line for line in seen.splitlines() if line.strip()}
    assert "✖ Gina Caputo" in lines["greeting Gina"]
    assert lines["≠ sent"].split()[-2:] == ["gina", "asha"]
    assert came == [("stranger", "stranger"), ("stranger", "gina")]


# -- queues --------------------------------------------------------------------------------------


async def test_queues_and_workers_are_live(
    play: Play, session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look of the monitor is shown; who listens is sent away at the end."""
    closed: list[int] = []

    class Silence:
        def __init__(self, port: int) -> None:
            self.port = port

        def read(self) -> None:
            return None

        def close(self) -> None:
            closed.append(self.port)

    monkeypatch.setattr(queue, "Listener", Silence)

    def queued(count: int) -> StackRead:
        figures = {"waiting": count, "taken": 1, "queues": {"slow": count}}
        services = {**fakes.SERVICES, "redis": ("showroom", 1.0, figures)}
        session.seen = fakes.reading(services)
        return StackRead(session.seen)

    async with play(at="workbench") as pilot:
        await press(pilot, "u")
        assert "no queue" in await shown(pilot, "no queue")
        pilot.app.screen.post_message(queued(7))
        first = await shown(pilot, "7 waiting")
        pilot.app.screen.post_message(queued(9))
        second = await shown(pilot, "9 waiting")

    assert "✖ nobody: it waits for ever" in first
    assert "9 waiting" in second
    assert closed == [5433]


# -- reads ---------------------------------------------------------------------------------------


async def test_reads_per_server_are_live(play: Play, session: fakes.FakeSession) -> None:
    """Each look of the monitor is shown: who is read, and how old the answers are."""

    def seen(lag: int) -> StackRead:
        figures = {"connections": 1, "limit": 100, "active": 0, "reads": 9.0, "lag_kb": lag,
                   "paused": 0}  # fmt: skip
        session.seen = fakes.reading({**fakes.SERVICES, "replica": ("", 1.0, figures)})
        return StackRead(session.seen)

    async with play(at="workbench") as pilot:
        await press(pilot, "y")
        assert "plans no replica" in await shown(pilot, "plans no replica")
        pilot.app.screen.post_message(seen(0))
        assert "9 reads a second" in await shown(pilot, "has everything")
        pilot.app.screen.post_message(seen(416))
        assert "416 kB behind" in await shown(pilot, "416 kB behind")


# -- logs ----------------------------------------------------------------------------------------


@pytest.fixture
def logs(session: fakes.FakeSession) -> Callable[[str, str], None]:
    """Write a log."""

    def write(name: str, text: str) -> None:
        session.stack.logs.mkdir(parents=True, exist_ok=True)
        Path(session.stack.logs / f"{name}.log").write_text(text)

    write("gunicorn-showroom", "[INFO] hello\n2026 ERROR it broke\n[INFO] bye\n")
    write("postgres", "LOG: ready\n")
    return write


async def test_a_log_is_filtered_and_held(play: Play, logs: Callable[[str, str], None]) -> None:
    """By a text, by errors only; a log that is held does not grow until it is followed again."""
    async with play(at="workbench") as pilot:
        await press(pilot, "o")
        assert "✖ 2026 ERROR it broke" in await shown(pilot, "it broke")
        await press(pilot, "slash")
        await focused(pilot, "log-filter")
        await press(pilot, *"bye", "escape")
        assert "hello" not in (narrowed := text_of(pilot))
        assert "[INFO] bye" in narrowed
        await press(pilot, "slash")
        await focused(pilot, "log-filter")
        await press(pilot, *["backspace"] * 3, "escape", "exclamation_mark")
        assert "bye" not in text_of(pilot)
        await press(pilot, "exclamation_mark", "space")
        assert "‖ held" in await shown(pilot, "‖ held")
        logs("gunicorn-showroom", "[INFO] a new day\n")
        bench_of(pilot).tick()
        assert "a new day" not in text_of(pilot)
        await press(pilot, "space")
        assert "a new day" in await shown(pilot, "a new day")
        await press(pilot, "o")
        assert "a new day" in text_of(pilot)
        await press(pilot, "n")

        assert "LOG: ready" in await shown(pilot, "LOG: ready")


async def test_letters_in_the_filter_are_letters(
    play: Play, session: fakes.FakeSession, logs: Callable[[str, str], None]
) -> None:
    """Typing what to look for starts no run."""
    async with play(at="workbench") as pilot:
        await press(pilot, "o", "slash")
        await focused(pilot, "log-filter")
        await press(pilot, "v", "c", "escape", "2")

        assert bench_of(pilot).model.tab == "goals"
        assert session.journal_of_calls == ["serve mine"]


async def test_a_crowd_comes_by_its_key_and_again(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time as another round; what each of them caused has a full bar."""
    rounds: list[str] = []

    class Crowds:
        def __init__(self, site: object) -> None:
            rounds.append("here")

        def ask(self, page: str, cancel: Cancel) -> Together:
            rounds.append(page)
            return Together(page, len(rounds) - 1, 20, 0, 0.6, GROUPS)

    monkeypatch.setattr(together, "Crowds", Crowds)

    async with play(at="workbench", size=(100, 30)) as pilot:
        await press(pilot, "f")
        seen = await shown(pilot, "/, round 1: 20 strangers")
        await press(pilot, "g")
        await shown(pilot, "/, round 2: 20 strangers")

    assert "200× ████████  SELECT … FROM brand" in seen
    assert rounds == ["here", "/", "/"]
