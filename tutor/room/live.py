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

from django.db import DataError, IntegrityError, close_old_connections, connection

from tutor.base import log
from tutor.room import store
from tutor.room.batch import Join, Joined, Told
from tutor.room.codes import digest
from tutor.room.fold import fold
from tutor.room.news import Key, News, news
from tutor.room.state import RoomState, SeatState
from tutor.room.together import Together
from tutor.room.writing import Change, done_and_news

T = TypeVar("T")
Who = TypeVar("Who", int, Key)
PART = 2000
"""Events that are read at once: a server that starts again has those of weeks before it."""
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
        self._changes = Together[Change](self._done)
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
        return await self._in_thread(_with_living_connection, act, *args)

    async def _in_thread(self, around: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, around, *args)

    async def write(self, act: Callable[..., T], *args: Any) -> T:
        """Let *act* change the database, then take in what is new there."""
        result: T = await self._changes.done(partial(act, *args))
        return result

    async def join(self, asked: Join) -> Joined:
        """Give somebody a seat, together with whoever else comes meanwhile.

        Raises:
            Refusal: says why there is none.
        """
        seat: Joined = await self._changes.done(asked)
        return seat

    async def keep(self, told: Told) -> None:
        """Keep what a seat told, together with what others tell meanwhile.

        Raises:
            Full: it has sent more than anybody plays.
        """
        await self._changes.done(told)

    async def _done(self, changes: list[Change]) -> list[Any]:
        """Make *changes*, take in what is new by them, and return what became of each."""
        async with self._order:
            try:
                return await self._done_at_once(changes)
            except (IntegrityError, DataError):
                # Another process was quicker or deleted a room, or one of them cannot be kept.
                await self._look()
            return [await self._done_alone(change) for change in changes]

    async def _done_alone(self, change: Change) -> Any:
        try:
            (result,) = await self._done_at_once([change])
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            return error
        return result

    async def _done_at_once(self, changes: list[Change]) -> list[Any]:
        results: list[Any]
        results, new = await self._in_thread(
            _with_connection, done_and_news, self._last, self.rooms, changes
        )
        self._take(new)
        return results

    async def look(self) -> None:
        """Take in what other processes wrote, or all there is, a part at a time."""
        async with self._order:
            await self._look()

    async def _look(self) -> None:
        is_all = False
        while not is_all:
            new = await self.ask(partial(news, self._last, most=PART))
            self._take(new)
            is_all = len(new.facts) < PART

    def _take(self, new: News) -> None:
        if new.rooms is not None:
            self._take_rooms(new.rooms)
        if new.changed:
            self._tokens = _renewed(self._tokens, new.tokens, new.changed)
            self.keys = _renewed(self.keys, new.keys, new.changed)
        else:
            self._tokens |= new.tokens
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


def _with_living_connection(act: Callable[..., T], *args: Any) -> T:
    """Do *act* with a connection that answers."""
    close_old_connections()
    return act(*args)


def _with_connection(act: Callable[..., T], *args: Any) -> T:
    """Do *act* with the connection as it is, if nothing is known to be wrong with it.

    To ask costs as much as to write, and who looks every second asks.
    """
    if connection.errors_occurred:
        close_old_connections()
    return act(*args)


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()


live = Live()
"""The one of this process."""
