"""The server of the game in a browser: loopback only, behind an address nobody can guess."""

import asyncio
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from aiohttp import web
from textual_serve.server import Server, to_int

from tutor.base.errors import ExitCode, TutorError
from tutor.web.page import FENCE, FILES, page
from tutor.web.service import GameService
from tutor.words.texts import Texts

LOOPBACK = "127.0.0.1"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GameServer(Server):
    """Serves the game to the browsers of whoever was told the address.

    Who can type into the game can change files that are run. So the address holds a word nobody can
    guess: other people on this machine do not know it, and neither do other pages in the browser.
    """

    def __init__(self, words: Sequence[str], texts: Texts, port: int) -> None:
        self._socket = _listening(port)
        port = self._socket.getsockname()[1]
        super().__init__("tutor start", host=LOOPBACK, port=port, title="Level Up")
        self.words, self.texts = words, texts
        self.secret = secrets.token_urlsafe(9)
        self._windows: set[web.WebSocketResponse] = set()

    @property
    def address(self) -> str:
        """Where the game is."""
        return f"http://{LOOPBACK}:{self.port}/{self.secret}/"

    def run(self, tell: Callable[[str], None]) -> int:
        """Serve until a signal ends it; return the exit code."""
        number = asyncio.run(self._run(tell))
        return ExitCode.INTERRUPTED if number == signal.SIGINT else 128 + number

    async def _run(self, tell: Callable[[str], None]) -> int:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        for number in SIGNALS:
            loop.add_signal_handler(number, partial(_end, ended, number))
        runner = web.AppRunner(await self._make_app(), access_log=None, handle_signals=False)
        await runner.setup()
        try:
            await web.SockSite(runner, self._socket).start()
            tell(self.address)
            return await ended
        finally:
            # Each game ends with its window; only then is there nothing left to wait for.
            await asyncio.gather(*(window.close() for window in self._windows))
            await runner.cleanup()

    async def _make_app(self) -> web.Application:
        """Return the application: everything below the word that nobody can guess."""
        game = web.Application(middlewares=[self._ours_only])
        game.add_routes(
            [
                web.get("/", self.handle_index),
                web.get("/ws", self.handle_websocket),
                web.static("/static", self.statics_path),
                web.static("/ours", FILES),
            ]
        )
        app = web.Application()
        app.add_subapp(f"/{self.secret}", game)
        return app

    @web.middleware
    async def _ours_only(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse whoever comes under another name or from another page."""
        here = {f"{name}:{self.port}" for name in (LOOPBACK, "localhost")}
        origin = request.headers.get("Origin", "").removeprefix("http://")
        if request.host not in here or (origin and origin not in here):
            raise web.HTTPForbidden
        return await handler(request)

    async def handle_index(self, request: web.Request) -> web.Response:
        """Return the page around the game."""
        address = f"ws://{request.host}/{self.secret}/ws"
        size = to_int(request.query.get("fontsize", "16"), 16)
        headers = {
            "Content-Security-Policy": FENCE.format(host=request.host),
            "Referrer-Policy": "no-referrer",
        }
        return web.Response(
            text=page(self.texts, address, size), content_type="text/html", headers=headers
        )

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Play one game for as long as its window is open."""
        window = web.WebSocketResponse(heartbeat=15)
        await window.prepare(request)
        service = GameService(
            self.words,
            write_bytes=window.send_bytes,
            write_str=window.send_str,
            close=window.close,
            download_manager=self.download_manager,
        )
        width, height = (
            to_int(request.query.get(name, ""), usual)
            for name, usual in (("width", 80), ("height", 24))
        )
        self._windows.add(window)
        try:
            await service.start(width, height)
            await self._process_messages(window, service)
        finally:
            self._windows.discard(window)
            await service.stop()
        return window


def _end(ended: "asyncio.Future[int]", number: int) -> None:
    if not ended.done():
        ended.set_result(number)


def _listening(port: int) -> socket.socket:
    """Return a socket that listens on *port* of loopback, or on a free one."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise TutorError.named(
            "port_unusable", port=port, reason=getattr(error, "strerror", "") or error
        ) from error
    return listening
