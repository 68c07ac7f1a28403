"""The rooms as this process has them in memory: polls and pages ask nobody else.

Everything here is read and changed in the event loop. The database is asked in one thread of its
own, which holds the only connection: a seat that polls and a page that is open cost none.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import close_old_connections

from tutor.base import log
from tutor.room import store
from tutor.room.codes import digest
from tutor.room.fold import fold
from tutor.room.news import Change, Key, News, done_and_news, news
from tutor.room.state import RoomState, SeatState

T = TypeVar("T")
Who = TypeVar("Who", int, Key)
PART = 2000
"""Events that are read at once: a server that starts again has those of weeks before it."""
AT_ONCE = 64
"""Writes that are done before the first of them is answered."""
LOOK = 1.0
"""Seconds between two looks for what other processes wrote: ``tutor room close``."""
CLEAN = 600.0
"""Seconds between two looks for rooms whose time is up."""


class Live:
    """Every room of the database, kept up to date."""

    def __init__(self) -> None:
        self.rooms: dict[int, RoomState] = {}
        self.codes: dict[str, int] = {}
        self.expires: dict[int, datetime | None] = {}
        self.heard: dict[tuple[int, int], float] = {}
        """When each seat was last heard of."""
        self.keys: dict[str, tuple[int, Key]] = {}
        self._tokens: dict[str, tuple[int, int]] = {}
        self._last = 0
        self._order = asyncio.Lock()
        self._waiting: list[tuple[Change, asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._bells: dict[int, asyncio.Event] = {}
        self._listeners: dict[int, int] = {}
        self._thread = ThreadPoolExecutor(1, "room database")

    # -- who is who --------------------------------------------------------------------------------

    def room(self, code: str) -> RoomState | None:
        """Return the room with *code*, in its plain form."""
        return self.rooms.get(self.codes.get(code, 0))

    def code_of(self, room: RoomState) -> str:
        """Return the code of *room* in its plain form."""
        return next(code for code, room_id in self.codes.items() if room_id == room.id)

    def seat(self, token: str) -> tuple[RoomState, SeatState] | None:
        """Return the seat that *token* belongs to; None for nobody's."""
        room_id, number = self._tokens.get(digest(token), (0, 0))
        room = self.rooms.get(room_id)
        seat = room.seats.get(number) if room else None
        if room is None or seat is None or seat.left:
            return None
        self.heard[room_id, number] = time.time()
        return room, seat

    def key(self, room: RoomState, key: str) -> Key | None:
        """Return who comes with *key*; None where it opens another room, or none."""
        room_id, found = self.keys.get(digest(key), (0, None))
        return found if room_id == room.id else None

    def keys_of(self, room: RoomState) -> list[Key]:
        """Return the helpers' keys of *room*."""
        found = [key for room_id, key in self.keys.values() if room_id == room.id]
        return sorted((key for key in found if not key.leads), key=lambda key: key.id)

    # -- the database ------------------------------------------------------------------------------

    async def ask(self, act: Callable[..., T], *args: Any) -> T:
        """Return what *act* reads from the database, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, _with_connection, act, *args
        )

    async def write(self, act: Callable[..., T], *args: Any) -> T:
        """Let *act* change the database, then take in what is new there."""
        result: T = await self._written(partial(act, *args))
        return result

    async def keep(self, told: store.Told) -> None:
        """Keep what a seat told, together with what others tell meanwhile.

        Raises:
            Full: it has sent more than anybody plays.
        """
        await self._written(told)

    async def _written(self, change: Change) -> Any:
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, told))
        if self._writing is None or self._writing.done():
            # Not in the task of a request: it ends with its client, and others wait for this.
            self._writing = asyncio.create_task(self._write())
        return await told

    async def _write(self) -> None:
        """Do what waits, as much at once as has come while the last was done."""
        while self._waiting:
            async with self._order:
                # Whoever has gone meanwhile comes again, and would find a seat that nobody has.
                here = [one for one in self._waiting if not one[1].done()]
                now, self._waiting = here[:AT_ONCE], here[AT_ONCE:]
                try:
                    changes = [change for change, _ in now]
                    results, new = await self.ask(done_and_news, self._last, changes)
                    self._take(new)
                except Exception as error:  # noqa: BLE001 - whoever waits is told
                    results = [error] * len(now)
            for (_, told), result in zip(now, results, strict=True):
                _tell(told, result)

    async def look(self) -> None:
        """Take in what other processes wrote, or all there is, a part at a time."""
        async with self._order:
            is_all = False
            while not is_all:
                new = await self.ask(partial(news, self._last, most=PART))
                self._take(new)
                is_all = len(new.facts) < PART

    def _take(self, new: News) -> None:
        if new.rooms is not None:
            self._take_rooms(new.rooms)
        if new.changed or new.tokens:
            self._tokens = _renewed(self._tokens, new.tokens, new.changed)
        if new.changed:
            self.keys = _renewed(self.keys, new.keys, new.changed)
        for room_id, fact in new.facts:
            self._last = max(self._last, fact.id)
            if room := self.rooms.get(room_id):
                fold(room, fact)
        for changed in {room_id for room_id, _ in new.facts}:
            self._ring(changed)

    def _take_rooms(self, rooms: dict[int, tuple[str, datetime | None]]) -> None:
        gone = set(self.rooms) - set(rooms)
        for room_id in gone:
            del self.rooms[room_id]
            self._ring(room_id)
        if gone:
            self._tokens = _renewed(self._tokens, {}, gone)
            self.keys = _renewed(self.keys, {}, gone)
        for room_id in set(rooms) - set(self.rooms):
            self.rooms[room_id] = RoomState(room_id)
        self.codes = {code: room_id for room_id, (code, _) in rooms.items()}
        self.expires = {room_id: ends for room_id, (_, ends) in rooms.items()}

    # -- who waits for something to happen ---------------------------------------------------------

    def _ring(self, room_id: int) -> None:
        if bell := self._bells.pop(room_id, None):
            bell.set()

    def bell(self, room: RoomState) -> asyncio.Event:
        """Return what is set when something happens in *room*, from now on."""
        return self._bells.setdefault(room.id, asyncio.Event())

    @contextmanager
    def listening(self, room: RoomState, most: int) -> Iterator[bool]:
        """Be one of at most *most* who listen to *room*; yields whether there was a place."""
        count = self._listeners.get(room.id, 0)
        self._listeners[room.id] = count + 1
        try:
            yield count < most
        finally:
            self._listeners[room.id] -= 1

    # -- from the start to the end -----------------------------------------------------------------

    async def run(self) -> None:
        """Keep up to date until cancelled."""
        cleaned, is_away = time.monotonic(), False
        while True:
            try:
                if time.monotonic() > cleaned + CLEAN:
                    await self.ask(store.delete_expired)
                    cleaned = time.monotonic()
                await self.look()
                is_away = False
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                if not is_away:
                    log.note("room: the database could not be asked.", error)
                is_away = True
            await asyncio.sleep(LOOK)

    def close(self) -> None:
        """Let the connection and its thread go."""
        self._thread.submit(_disconnect)
        self._thread.shutdown()


def _renewed(
    known: dict[str, tuple[int, Who]], now: dict[str, tuple[int, Who]], rooms: set[int]
) -> dict[str, tuple[int, Who]]:
    """Return who is *known*, but in *rooms* those who are there *now*."""
    return {name: one for name, one in known.items() if one[0] not in rooms} | now


def _tell(told: "asyncio.Future[Any]", result: Any) -> None:
    """Hand on what became of a write, to whoever waits for it still."""
    if told.done():
        return
    if isinstance(result, Exception):
        told.set_exception(result)
    else:
        told.set_result(result)


def _with_connection(act: Callable[..., T], *args: Any) -> T:
    close_old_connections()
    return act(*args)


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()


live = Live()
"""The one of this process."""
