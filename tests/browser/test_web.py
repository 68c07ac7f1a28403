"""`tutor start --web`: the same game in a browser, on this machine only, gone when it ends."""

import contextlib
import importlib.util
import re
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from tests.helpers import runs, wait_until
from tests.real import Running, Tutor, assert_nothing_left
from tutor.words.texts import Texts

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S+/")
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9])")
TITLE, MAP = (Texts("en")(f"tui.{key}")[:30] for key in ("title.tagline", "map.kept"))


class Window:
    """A browser window with the game in it: what it was sent, and what it asked for."""

    def __init__(self, chromium: Any, address: str) -> None:
        self.page = chromium.new_page(viewport={"width": 1000, "height": 600})
        self.asked: list[str] = []
        self.errors: list[str] = []
        self._sent = b""
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", self._listen)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)

    def _listen(self, socket: Any) -> None:
        self.asked.append(socket.url)
        socket.on("framereceived", self._take)

    def _take(self, payload: str | bytes) -> None:
        self._sent += payload.encode() if isinstance(payload, str) else payload

    @property
    def text(self) -> str:
        """Return everything that was drawn so far, without the colours."""
        drawn = ESCAPE.sub("", self._sent.decode("utf-8", "replace"))
        return " ".join(drawn.split())

    def wait_for(self, text: str, timeout: float = 20.0) -> None:
        """Wait until *text* was drawn; the browser needs the time in between."""
        assert wait_until(
            lambda: self.page.wait_for_timeout(20) or text in self.text, timeout=timeout
        ), self.text[-2000:]


def games_of(server: int) -> list[psutil.Process]:
    """Return the processes of the games that a server serves."""
    with contextlib.suppress(psutil.Error):
        return [child for child in psutil.Process(server).children() if runs(child.pid)]
    return []


@pytest.fixture
def served(cold_tutor: Tutor) -> Iterator[tuple[Running, str]]:
    """The game, served on a free port, and its address."""
    if importlib.util.find_spec("textual_serve") is None:
        pytest.skip("textual-serve is missing")
    with cold_tutor.running("start", "--web") as server:
        address = ADDRESS.search(server.wait_for("http"))
        assert address
        yield server, address[0]


def test_the_game_is_played_in_a_browser_without_a_network(
    chromium: Any, served: tuple[Running, str], cold_tutor: Tutor
) -> None:
    """The title is there, a key reaches the map, nobody but us is asked, Ctrl-C ends it all."""
    server, address = served
    window = Window(chromium, address)
    window.wait_for(TITLE)

    window.page.keyboard.press("m")
    window.wait_for(MAP)

    assert window.page.evaluate("document.body.classList.contains('-first-byte')")
    assert window.page.evaluate("document.fonts.check('16px \"Roboto Mono\"')")
    assert window.errors == []
    here = address.removeprefix("http://")
    assert all(url.partition("://")[2].startswith(here) for url in window.asked if url != "data:,")
    assert len(window.asked) >= 4
    (game,) = games_of(server.process.pid)
    server.signal(signal.SIGINT)
    assert server.end() == 130
    assert not runs(game.pid)
    window.page.wait_for_selector(".ended", state="visible")
    assert_nothing_left(cold_tutor.folder)


def test_closing_the_window_ends_its_game_and_no_other(
    chromium: Any, served: tuple[Running, str]
) -> None:
    """Two windows are two games; the server stays for the next one."""
    server, address = served
    first, second = Window(chromium, address), Window(chromium, address)
    second.wait_for(TITLE)
    first.wait_for(TITLE)
    both = games_of(server.process.pid)

    first.page.close()

    assert len(both) == 2
    assert wait_until(lambda: len(games_of(server.process.pid)) == 1)
    second.page.keyboard.press("m")
    second.wait_for(MAP)


def test_a_killed_server_leaves_no_game(
    chromium: Any, served: tuple[Running, str], cold_tutor: Tutor
) -> None:
    """`kill -9`: the game notices and ends as if its terminal had been closed."""
    server, address = served
    window = Window(chromium, address)
    window.wait_for(TITLE)
    (game,) = games_of(server.process.pid)

    server.signal(signal.SIGKILL)

    assert wait_until(lambda: not runs(game.pid))
    assert_nothing_left(cold_tutor.folder)


def status(address: str, **headers: str) -> int:
    """Return with which status *address* answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_strangers_are_refused(served: tuple[Running, str]) -> None:
    """Without the word in the address, under another name, or from another page."""
    _, address = served
    root = address.split("/", 3)
    elsewhere = "/".join(root[:3])

    assert status(address) == 200
    assert status(f"{address}ws") == 400  # no WebSocket, but let in
    assert status(f"{elsewhere}/") == status(f"{elsewhere}/ws") == 404
    assert status(address, Host="evil.example") == 403
    assert status(f"{address}ws", Origin="http://evil.example") == 403
    assert status(f"{address}ws", Origin=elsewhere) == 400


def test_a_port_that_is_taken_is_named(served: tuple[Running, str], cold_tutor: Tutor) -> None:
    """Exit code 1, and what to do."""
    _, address = served
    port = address.split(":")[2].split("/")[0]

    done = cold_tutor("start", "--web", "--port", port)

    assert (done.code, done.out) == (1, "")
    assert f"Port {port} cannot be used" in done.err
    assert "Leave --port out" in done.err
