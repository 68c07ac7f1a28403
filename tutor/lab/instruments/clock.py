"""Time passes in a shop: for Redis, for its caches, and for what it wrote down."""

from __future__ import annotations

import base64
import binascii

from tutor.lab.shop import Shop
from tutor.probes.broker import Broker
from tutor.probes.moments import Change, earlier, rewrite_memcached, rewrite_redis
from tutor.stack.services.memcached import Memcached
from tutor.stack.services.redis import Redis

HOUR = 3600
AN_HOUR_AGO = r"""
DO $$
DECLARE
    stale record;
BEGIN
    -- As if the clock had gone on: no trigger hears of it.
    SET LOCAL session_replication_role = replica;
    FOR stale IN
        SELECT c.table_name, string_agg(
                   format('%I = %I - interval ''1 hour''', c.column_name, c.column_name), ', '
               ) AS columns
          FROM information_schema.columns AS c
          JOIN information_schema.tables AS t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
           AND c.data_type LIKE 'timestamp%' AND c.is_generated = 'NEVER'
           AND (c.table_name LIKE 'orders\_%' OR EXISTS (
                SELECT FROM information_schema.columns AS kept
                 WHERE kept.table_schema = 'public' AND kept.table_name = c.table_name
                   AND kept.column_name = 'cache_key'))
         GROUP BY c.table_name
    LOOP
        EXECUTE format('UPDATE %I SET %s', stale.table_name, stale.columns);
    END LOOP;
END $$
"""
"""Everything that orders, and caches in the database, remember of the time is an hour older."""

OWN_TABLES = """
SELECT table_name, array_agg(column_name::text) FILTER (WHERE data_type LIKE 'timestamp%'),
       array_agg(column_name::text)
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
 WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
   -- A copy of what the seed laid down is put aside before the shop makes tables of its own.
   AND to_regclass('levelup.catalog_product') IS NOT NULL
   AND to_regclass('levelup.' || quote_ident(table_name)) IS NULL
   AND table_name !~ '^(accounts|auth|cart|django|orders)_'
 GROUP BY table_name
"""
"""Tables that the shop under test made for itself, with the moments in them."""
MOVE = """
DO $$
BEGIN
    SET LOCAL session_replication_role = replica;
    UPDATE public.{table} SET {column} = {column} - interval '{seconds:g} s' {where};
END $$
"""


class Passing:
    """Seconds that pass for all that *shop* keeps, and for moments it wrote into that."""

    def __init__(self, shop: Shop, seconds: float) -> None:
        self._shop = shop
        self._seconds = seconds
        self._was: dict[bytes, bytes] = {}
        """What something was that was changed, by what it is now."""
        self._moved: list[tuple[str, str, list[str]]] = []
        """Tables, columns, and the moments in them that were moved."""
        self._ends = {
            title: service.ends()
            for title, service in shop.services.items()
            if isinstance(service, Memcached)
        }
        """When each entry of a memcached ended before."""
        shop.age_caches(seconds)
        self._rewrite(self._earlier)
        self._move_own_tables()

    def take_back(self) -> None:
        """Make all of it as it was, but for what has ended, and for what is new since."""
        for title, service in self._shop.services.items():
            if isinstance(service, Memcached):
                service.put_back(self._ends[title], self._seconds)
            elif isinstance(service, Redis):
                Broker(service.port).age(-self._seconds)
        self._rewrite(lambda kept: self._was.get(kept, kept))
        for table, column, moments in self._moved:
            texts = ", ".join("'" + text.replace("'", "''") + "'" for text in moments)
            where = f"WHERE {column}::text IN ({texts})"
            self._shop.sql(
                MOVE.format(table=table, column=column, seconds=-self._seconds, where=where)
            )

    def _earlier(self, kept: bytes) -> bytes:
        changed = earlier(kept, self._seconds)
        if changed != kept:
            self._was[changed] = kept
        return changed

    def _rewrite(self, change: Change) -> None:
        """Have *change* rewrite what lies in the caches, and in tables of Django's."""
        for title in ("memcached", "redis"):
            service = self._shop.services.get(title)
            if isinstance(service, Memcached):
                rewrite_memcached(service.port, service.ends(), change)
            elif isinstance(service, Redis):
                rewrite_redis(service.port, change)
        for table, _, columns in self._shop.sql(OWN_TABLES):
            if {"cache_key", "value"} <= set(columns):
                _rewrite_table(self._shop, _quoted(table), change)

    def _move_own_tables(self) -> None:
        for name, columns, _ in self._shop.sql(OWN_TABLES):
            for column in map(_quoted, columns or ()):
                table, values = _quoted(name), {"seconds": self._seconds, "where": ""}
                self._shop.sql(MOVE.format(table=table, column=column, **values))
                query = f"SELECT DISTINCT {column}::text FROM public.{table}"  # noqa: S608
                moments = [text for (text,) in self._shop.sql(query) if text]
                if moments:
                    self._moved.append((table, column, moments))


def _rewrite_table(shop: Shop, table: str, change: Change) -> None:
    """Have *change* rewrite what Django keeps in *table*: pickles, as base64."""
    for key, value in shop.sql(f"SELECT cache_key, value FROM public.{table}"):  # noqa: S608
        try:
            kept = base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError, ValueError):
            continue
        if (changed := change(kept)) != kept:
            query = f"UPDATE public.{table} SET value = %s WHERE cache_key = %s"  # noqa: S608
            shop.sql(query, [base64.b64encode(changed).decode(), key])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def let_an_hour_pass(shop: Shop) -> None:
    """Let memcached be emptied and an hour pass for everything else that keeps a time.

    What was only kept for a while is gone then, and what somebody claimed for a while is free.
    """
    for title, service in shop.services.items():
        if isinstance(service, Memcached):
            shop.flush_cache(title)
    shop.broker.age(HOUR)
    shop.sql(AN_HOUR_AGO)
