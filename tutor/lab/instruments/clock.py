"""An hour passes in a shop: for Redis, for its caches, and for what it wrote down."""

from tutor.lab.shop import Shop
from tutor.stack.services.memcached import Memcached

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


def let_an_hour_pass(shop: Shop) -> None:
    """Let memcached be emptied and an hour pass for everything else that keeps a time.

    What was only kept for a while is gone then, and what somebody claimed for a while is free.
    """
    for title, service in shop.services.items():
        if isinstance(service, Memcached):
            shop.flush_cache(title)
    shop.broker.age(HOUR)
    shop.sql(AN_HOUR_AGO)
