"""The bookkeeping: it adds up what was sold, takes its time, and counts how often it was asked.

It is a view in the shop's database, ours during a run. How often it is asked says a sequence, which
no rollback turns back, and a gate in front of its answer holds whom we like for as long as we like:
what happens meanwhile happens in an order of ours, whatever the machine is busy with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from tutor.lab.own_connection import rows_of

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context
    from tutor.lab.shop import Shop

GATE = (9090, 1)
"""The key of the advisory lock that is the gate."""
LAST = 10**12
OPENING = """
CREATE SCHEMA bookkeeping;
CREATE SEQUENCE bookkeeping.asked;
CREATE TABLE bookkeeping.gate AS SELECT 0::bigint AS held_from, 0::bigint AS held_to;
CREATE TABLE bookkeeping.figures AS
SELECT id AS product_id, 0::bigint AS pieces FROM public.catalog_product;
-- Nothing of the shop's may answer in the place of what this calls.
CREATE FUNCTION bookkeeping.add_up() RETURNS TABLE (product_id bigint, pieces bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    number bigint;
BEGIN
    IF pg_is_in_recovery() THEN
        RAISE EXCEPTION 'the bookkeeping answers on db1 only: a copy may be behind';
    END IF;
    number := nextval('bookkeeping.asked');
    PERFORM pg_sleep({walk});
    IF EXISTS (SELECT FROM bookkeeping.gate WHERE number BETWEEN held_from AND held_to) THEN
        PERFORM pg_advisory_xact_lock_shared({gate[0]}, {gate[1]});
    END IF;
    RETURN QUERY SELECT book.product_id, book.pieces FROM bookkeeping.figures AS book;
END $$;
DROP VIEW IF EXISTS public.bookkeeping_sales;
CREATE VIEW public.bookkeeping_sales AS SELECT * FROM bookkeeping.add_up();
GRANT SELECT ON public.bookkeeping_sales TO shop;
{turn}
"""
TURN = """
SELECT setseed({seed});
UPDATE bookkeeping.figures AS book SET pieces = mixed.place + 100
  FROM (SELECT id, row_number() OVER (ORDER BY random()) AS place FROM public.catalog_product)
    AS mixed
 WHERE mixed.id = book.product_id;
"""
"""Other things sell best from here on, each in another quantity."""
IS_OURS = """
SELECT pg_get_userbyid(relowner) <> 'shop' AND pg_get_viewdef(oid) LIKE '%%add_up()%%'
  FROM pg_class WHERE oid = to_regclass('public.bookkeeping_sales')
"""
ASKED = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM bookkeeping.asked"
HELD = """
SELECT count(*) FROM pg_locks
 WHERE locktype = 'advisory' AND NOT granted AND (classid, objid) = (%s, %s)
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Bookkeeping:
    """The bookkeeping of a run; *walk* are the seconds it takes to add up."""

    def __init__(self, lab: Context, *, walk: float) -> None:
        self.walk = walk
        self._chance = lab.random
        self._seed = self._chance.uniform(-1, 1)

    def open(self, shop: Shop) -> None:
        """Open it in the database of *shop*, in the place of the view that was there."""
        turn = TURN.format(seed=self._seed)
        shop.sql(OPENING.format(walk=self.walk, gate=GATE, turn=turn))

    def at(self, shop: Shop) -> Books:
        """Return what it does for *shop*."""
        return Books(shop)

    def turn(self, shop: Shop) -> None:
        """Have other things sell best in *shop* from here on."""
        shop.sql(TURN.format(seed=self._chance.uniform(-1, 1)))


class Books:
    """What the bookkeeping does for one shop: how often it is asked, and who waits at its gate."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._gate: Any = None
        """The session that has the gate shut, while it is."""

    @property
    def are_ours(self) -> bool:
        """Whether the shop still asks the bookkeeping, and not something that stands for it."""
        rows = self._shop.sql(IS_OURS)
        return bool(rows and rows[0][0])

    @property
    def asked(self) -> int:
        """How often it was asked so far."""
        return int(self._shop.sql(ASKED)[0][0])

    @property
    def held(self) -> int:
        """How many who asked are held at the gate at this moment."""
        # It is asked again and again: not over a session of its own each time.
        gate = self._gate
        rows = self._shop.sql(HELD, GATE) if gate is None else rows_of(gate, HELD, GATE)
        return int(rows[0][0])

    @contextmanager
    def holding(self, most: int = 0) -> Iterator[None]:
        """Hold who asks during the block at the gate: all of them, or the first *most*.

        The gate opens with the end of the block.
        """
        first = self.asked + 1
        last = first + most - 1 if most else LAST
        with closing(self._shop.ground.postgres.connect(self._shop.database)) as gate:
            rows_of(gate, "SELECT pg_advisory_lock(%s, %s)", GATE)
            self._set(gate, first, last)
            self._gate = gate
            try:
                yield
            finally:
                self._gate = None
                self._set(gate, 0, 0)

    @staticmethod
    def _set(gate: Any, first: int, last: int) -> None:
        rows_of(gate, "UPDATE bookkeeping.gate SET held_from = %s, held_to = %s", (first, last))
