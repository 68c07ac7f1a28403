"""The accountant, whose report sits on connections that the shop would like to have."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tutor.lab import Lab, Shop

HOGS = 3
"""Connections that the accountant's report sits on, within its own limit."""
GUEST = """
DO $$ BEGIN
    CREATE ROLE accountant LOGIN PASSWORD 'lotus' CONNECTION LIMIT 3;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""


def hire(shop: Shop) -> None:
    """Give the accountant a key to PostgreSQL."""
    shop.sql(GUEST)


@contextmanager
def reporting(lab: Lab) -> Iterator[None]:
    """Let the accountant's report sit on its connections during the block."""
    import psycopg

    postgres = lab.ground.postgres
    with ExitStack() as held:
        for _ in range(HOGS):
            try:
                session = psycopg.connect(
                    host="127.0.0.1",
                    port=postgres.port,
                    user="accountant",
                    password="lotus",  # noqa: S106 - ours, for a minute
                    dbname="postgres",
                    connect_timeout=3,
                )
            except psycopg.OperationalError:
                # The shop has them all.
                continue
            held.callback(session.close)
            session.execute("SELECT 'the year so far'")
        yield
