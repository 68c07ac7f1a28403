"""The application that uvicorn serves: Django, behind a bound on what is read."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries

from tutor.room.live import live
from tutor.room.wire import MOST_BYTES

PATIENCE = 20.0
"""Seconds for a body to come."""
OFTEN = {"/api/1/poll", "/api/1/events"}
"""What every seat asks again and again: done all the same if it has gone meanwhile."""
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Bounded:
    """Reads a body up to a bound, then hands the request on; it keeps the rooms up to date, too."""

    def __init__(self, app: "Handler") -> None:
        self._app = app
        self._keeping: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await live.look()
        self._keeping = asyncio.create_task(live.run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._keeping.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeping
        live.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _read(receive)
        except TimeoutError:
            await _refuse(send, 408, "too_slow")
            return
        if body is None:
            await _refuse(send, 413, "too_large")
            return
        if scope["path"] in OFTEN:
            await self._app.answer(scope, body, send)
            return
        first = True

        async def replayed() -> MutableMapping[str, Any]:
            nonlocal first
            if first:
                first = False
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        await self._app(scope, replayed, send)


async def _read(receive: Receive) -> bytes | None:
    """Return the body; None for one that is too large."""
    found = bytearray()
    while True:
        message = await receive()
        found += message.get("body", b"")
        if len(found) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(found)


async def _refuse(send: Send, status: int, id: str) -> None:
    body = json.dumps({"error": id, "message": f"{MOST_BYTES} bytes, in {PATIENCE:.0f} s."})
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


class Handler(ASGIHandler):
    """Django, without a thread of its own for each request.

    Django keeps one so that a request has a connection to the database to itself. No request of
    ours has any: :mod:`tutor.room.live` asks, and looks after the only one.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; what Django does at its end it does in the thread of all requests."""
        await self.handle(scope, receive, send)

    async def answer(self, scope: Scope, body: bytes, send: Send) -> None:
        """Answer a request whose *body* is here, without a task that looks whether it is wanted."""
        request, refused = self.create_request(scope, BytesIO(body))
        response: Any = await self.run_get_response(request) if request else refused
        await self.send_response(response, send)
        response.close()


def application() -> Bounded:
    """Return the application; Django must be ready."""
    request_started.disconnect(reset_queries)
    request_started.disconnect(close_old_connections)
    return Bounded(Handler())
