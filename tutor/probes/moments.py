"""Moments that a shop wrote into what it keeps: until when a value is good, or since when.

Who shows a value for longer than it is good keeps it without an end, and the moment beside it. No
cache knows of that one, so whoever has time pass for the cache has to move it. It is found in what
Django stores: numbers as text, everything else pickled. Nothing is ever unpickled.
"""

import pickletools
import re
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from tutor.machine.ports import LOOPBACK

NUMBER = re.compile(rb"\d{10}(\.\d+)?")
LONGEST_AGO, FURTHEST = 7 * 86400, 400 * 86400
"""Seconds around now within which a number counts as a moment; a price or a key is none."""
DATETIME = 10
"""Bytes in which Python pickles a datetime."""
WITHIN_A_SECOND = (1, 10**3, 10**6, 10**9)
"""Units in which whole numbers count seconds."""

Change = Callable[[bytes], bytes]


def earlier(kept: bytes, seconds: float, now: float | None = None) -> bytes:
    """Return *kept* with every moment in it *seconds* earlier; where there is none, as it is."""
    now = time.time() if now is None else now
    if NUMBER.fullmatch(kept):
        moment = float(kept)
        if not _is_moment(moment, now):
            return kept
        moved = moment - seconds
        return repr(moved).encode() if b"." in kept else b"%d" % round(moved)
    changed = bytearray(kept)
    try:
        for place, part in _moved_parts(kept, seconds, now):
            changed[place : place + len(part)] = part
    except (ValueError, IndexError, struct.error):
        return kept  # it is no pickle
    return bytes(changed)


def _moved_parts(kept: bytes, seconds: float, now: float) -> Iterator[tuple[int, bytes]]:
    """Yield what has to stand where in a pickle, in as many bytes as before."""
    value: Any
    for code, value, at in pickletools.genops(kept):
        place = at or 0
        if code.name == "BINFLOAT" and _is_moment(value, now):
            yield place + 1, struct.pack(">d", value - seconds)
        elif code.name == "BININT" and _is_moment(value, now):
            yield place + 1, struct.pack("<i", round(value - seconds))
        elif code.name == "LONG1" and (unit := _unit_of(value, now)):
            yield place + 2, round(value - seconds * unit).to_bytes(kept[place + 1], "little")
        elif code.name == "SHORT_BINBYTES" and len(value) == DATETIME:
            moment = _datetime(value)
            if moment and _is_moment(moment.timestamp(), now):
                yield place + 2, _packed(moment - timedelta(seconds=seconds))


def _is_moment(value: float, now: float) -> bool:
    return now - LONGEST_AGO < value < now + FURTHEST


def _unit_of(value: int, now: float) -> int:
    """Return how many of what *value* counts are a second; 0 where it is no moment."""
    return next((unit for unit in WITHIN_A_SECOND if _is_moment(value / unit, now)), 0)


def _datetime(packed: bytes) -> datetime | None:
    """Return what Python packed, in whatever zone: it is nearly UTC. None: it is something else."""
    year, micro = (int.from_bytes(part, "big") for part in (packed[:2], packed[7:]))
    month, day, hour, minute, second = packed[2:7]
    with suppress(ValueError):
        return datetime(year, month & 0x7F, day, hour, minute, second, micro, tzinfo=UTC)
    return None


def _packed(moment: datetime) -> bytes:
    parts = (moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return moment.year.to_bytes(2, "big") + bytes(parts) + moment.microsecond.to_bytes(3, "big")


# -- where it is kept ------------------------------------------------------------------------------


class _AsItIs:
    """Hands out what memcached keeps with its flags, and takes it back so."""

    def serialize(self, key: bytes, kept: tuple[bytes, int]) -> tuple[bytes, int]:
        return kept

    def deserialize(self, key: bytes, value: bytes, flags: int) -> tuple[bytes, int]:
        return value, flags


def rewrite_memcached(port: int, ends: Mapping[bytes, int], change: Change) -> None:
    """Have *change* rewrite the entries of a memcached; *ends* are their keys, and when each ends.

    An entry that somebody else writes meanwhile is theirs.
    """
    from pymemcache import Client  # type: ignore[import-untyped]

    client = Client((LOOPBACK, port), serde=_AsItIs(), connect_timeout=1, timeout=5)
    try:
        for key, end in ends.items():
            found, token = client.gets(key)
            if found and (changed := change(found[0])) != found[0]:
                client.cas(key, (changed, found[1]), token, expire=max(end, 0))
    finally:
        client.close()


def rewrite_redis(port: int, change: Change) -> None:
    """Have *change* rewrite what a Redis keeps as text, in each of its databases."""
    import redis

    with redis.Redis(host=LOOPBACK, port=port) as first:
        numbers = [int(name.removeprefix("db")) for name in first.info("keyspace")]
    for number in numbers:
        with redis.Redis(host=LOOPBACK, port=port, db=number) as database:
            for key in database.scan_iter(count=1000, _type="string"):
                kept = database.get(key)
                if kept and (changed := change(kept)) != kept:
                    database.set(key, changed, keepttl=True, xx=True)
