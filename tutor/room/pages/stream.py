"""Server-sent events: a page is told that something changed, and asks for itself again."""

import asyncio
from collections.abc import AsyncIterator

from django.http import StreamingHttpResponse

from tutor.room.live import live
from tutor.room.pages.visit import Visit, key_in, with_key

PING = 15.0
"""Seconds; a page that is gone is noticed when it is written to."""
LULL = 1.0
"""Seconds between two changes that are told."""
MOST = 30
"""Open pages of a room."""


@with_key()
async def stream(visit: Visit) -> StreamingHttpResponse:
    """Tell of every change until the page is closed."""
    headers = {"X-Accel-Buffering": "no"}
    return StreamingHttpResponse(_changes(visit), content_type="text/event-stream", headers=headers)


async def _changes(visit: Visit) -> AsyncIterator[bytes]:
    room = visit.room
    with live.listening(room, MOST) as is_free:
        if not is_free:
            yield b"retry: 30000\n\n"
            return
        told = room.version
        yield b": here\n\n"
        while key_in(visit.request, room) and room.id in live.rooms:
            bell = live.bell(room)
            if room.version != told:
                told = room.version
                yield b"event: change\ndata: %d\n\n" % told
                await asyncio.sleep(LULL)
                continue
            try:
                await asyncio.wait_for(bell.wait(), PING)
            except TimeoutError:
                yield b": ping\n\n"
    yield b"event: gone\ndata: 0\n\n"
