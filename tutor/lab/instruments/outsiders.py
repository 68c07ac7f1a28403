"""The bank, the tax office and the warehouse of a shop: they keep it waiting, and they testify.

Bank and tax office are triggers in the shop's database, ours during a run. What they are asked they
write down in tables of the superuser's, which the shop's role can neither read nor change, so that
what the shop stored can be compared with what the outsiders know of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tutor.lab.instruments.locked_table import WRITERS, lock
from tutor.lab.shop import Shop

LOCKS = 6060
"""The first half of the keys of our advisory locks; the second says whose door it is."""
BANK, TAX_OFFICE = 1, 2
"""As in :data:`OUTSIDERS`."""
STAMP = 1.2
"""Seconds that a stamp takes in the learner's own shop, as the briefing says."""

OUTSIDERS = """
CREATE SCHEMA outsiders;
CREATE TABLE outsiders.refused (email text PRIMARY KEY);
CREATE TABLE outsiders.unhurried (email text PRIMARY KEY);
CREATE TABLE outsiders.book (
    outsider text NOT NULL, order_id bigint NOT NULL, email text, paper text
);
CREATE INDEX ON outsiders.book (order_id);
-- Nothing of the shop's may answer in the place of what these call.
CREATE FUNCTION outsiders.bank() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(6060, 1);
    IF EXISTS (SELECT FROM outsiders.unhurried WHERE email = NEW.email) THEN
        PERFORM pg_sleep(0.3);
    END IF;
    IF EXISTS (SELECT FROM outsiders.refused WHERE email = NEW.email) THEN
        RAISE EXCEPTION 'The bank refuses %', NEW.email USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO outsiders.book VALUES ('bank', NEW.id, NEW.email);
    RETURN NULL;
END $$;
CREATE FUNCTION outsiders.tax_office() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.pdf IS NOT DISTINCT FROM OLD.pdf THEN
        RETURN NEW;
    END IF;
    IF TG_WHEN = 'BEFORE' THEN
        PERFORM pg_advisory_xact_lock_shared(6060, 2);
        IF EXISTS (SELECT FROM outsiders.book JOIN outsiders.unhurried USING (email)
                    WHERE order_id = NEW.order_id) THEN
            PERFORM pg_sleep(1.2);
        END IF;
    ELSE
        -- Only what was really stored counts as stamped.
        INSERT INTO outsiders.book VALUES ('tax office', NEW.order_id, NULL, md5(NEW.pdf));
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS bank_settles ON orders_order;
CREATE CONSTRAINT TRIGGER bank_settles AFTER INSERT ON orders_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION outsiders.bank();
DROP TRIGGER IF EXISTS tax_office_stamps ON orders_invoice;
CREATE TRIGGER tax_office_stamps BEFORE INSERT OR UPDATE ON orders_invoice
    FOR EACH ROW WHEN (octet_length(NEW.pdf) > 0) EXECUTE FUNCTION outsiders.tax_office();
CREATE TRIGGER tax_office_writes_down AFTER INSERT OR UPDATE ON orders_invoice
    FOR EACH ROW WHEN (octet_length(NEW.pdf) > 0) EXECUTE FUNCTION outsiders.tax_office();
"""
AT_WORK = """
SELECT expected.outsider, EXISTS (
    SELECT FROM pg_trigger AS found
      JOIN pg_class AS book ON book.oid = found.tgrelid
      JOIN pg_proc AS what ON what.oid = found.tgfoid
      JOIN pg_namespace AS place ON place.oid = what.pronamespace
     WHERE found.tgname = expected.trigger AND book.relname = expected.book
       AND found.tgenabled = 'O' AND place.nspname = 'outsiders')
  FROM (VALUES ('bank', 'bank_settles', 'orders_order'),
               ('tax office', 'tax_office_stamps', 'orders_invoice'),
               ('tax office', 'tax_office_writes_down', 'orders_invoice'))
    AS expected (outsider, trigger, book)
"""
UNKNOWN_TO_THE_BANK = """
SELECT upper(left(orders.reference::text, 8)) FROM orders_order AS orders
 WHERE orders.id > %s AND NOT EXISTS (
    SELECT FROM outsiders.book AS book
     WHERE outsider = 'bank' AND order_id = orders.id AND book.email = orders.email)
 ORDER BY orders.id
"""
NOT_STAMPED = """
SELECT upper(left(orders.reference::text, 8)) FROM orders_invoice AS invoice
  JOIN orders_order AS orders ON orders.id = invoice.order_id
 WHERE orders.id > %s AND octet_length(invoice.pdf) > 0 AND NOT EXISTS (
    SELECT FROM outsiders.book
     WHERE outsider = 'tax office' AND order_id = orders.id AND paper = md5(invoice.pdf))
 ORDER BY orders.id
"""
LAST_ORDER = "SELECT coalesce(max(id), 0) FROM orders_order"
QUANTITIES = """
SELECT product.slug, stock.quantity FROM catalog_stock AS stock
  JOIN catalog_product AS product ON product.id = stock.product_id
"""
SOLD = """
SELECT product.slug, sum(line.quantity) FROM orders_orderline AS line
  JOIN catalog_product AS product ON product.id = line.product_id
 WHERE line.order_id > %s GROUP BY product.slug
"""
WAITING = """
SELECT activity.pid, activity.client_port FROM pg_locks AS lock
  JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
 WHERE lock.locktype = 'advisory' AND NOT lock.granted
   AND lock.classid = %s AND lock.objid = %s AND activity.backend_type = 'client backend'
   AND activity.usename = 'shop'
"""
BEHIND = """
SELECT pid, client_port FROM pg_stat_activity
 WHERE usename = 'shop' AND %s = ANY(pg_blocking_pids(pid))
"""


class Door:
    """One of those who sit in the database: behind a shut door nobody gets an answer."""

    def __init__(self, shop: Shop, number: int) -> None:
        self.shop = shop
        self.number = number

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Keep the door shut during the block."""
        connection = self.shop.ground.postgres.connect(self.shop.database)
        try:
            connection.execute("SET lock_timeout = '10s'")
            connection.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, self.number])
            with self.shop.explaining():
                yield
        finally:
            connection.close()

    def waiting(self) -> list[tuple[int, int]]:
        """Return the backends that stand before the door, each with its client's port."""
        return [(pid, port) for pid, port in self.shop.sql(WAITING, [LOCKS, self.number])]

    def send_away(self) -> None:
        """End the backends that stand before the door: they learn late that a client is dead."""
        for pid, _ in self.waiting():
            self.shop.sql("SELECT pg_terminate_backend(%s)", [pid])


class Table(Door):
    """A table that can be closed: nobody writes into it, or locks a row of it, meanwhile."""

    def __init__(self, shop: Shop, name: str) -> None:
        super().__init__(shop, 0)
        self.name = name
        self._holder = 0

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Keep the table closed during the block.

        Raises:
            TutorError: somebody else keeps it.
        """
        connection: Any = self.shop.ground.postgres.connect(self.shop.database, autocommit=False)
        try:
            lock(connection, f"public.{self.name}", WRITERS)
            self._holder = connection.info.backend_pid
            yield
        finally:
            connection.close()

    def waiting(self) -> list[tuple[int, int]]:
        """Return the backends that wait for the table, each with its client's port."""
        return [(pid, port) for pid, port in self.shop.sql(BEHIND, [self._holder])]


class Outsiders:
    """Those whom an order concerns and who are not of the shop."""

    def __init__(self, shop: Shop) -> None:
        import psycopg

        self.shop = shop
        self.bank = Door(shop, BANK)
        self.tax_office = Door(shop, TAX_OFFICE)
        self.shut_out = ""
        """Why they could not take their seats; empty where they could."""
        self._since = 0
        try:
            shop.sql(OUTSIDERS)
            self._since = int(shop.sql(LAST_ORDER)[0][0])
        except (psycopg.ProgrammingError, psycopg.NotSupportedError) as error:
            self.shut_out = str(error).splitlines()[0]
        self.count_live_products()

    def refuse(self, email: str) -> None:
        """Have the bank refuse *email*."""
        self.shop.sql("INSERT INTO outsiders.refused VALUES (%s)", [email])

    def take_time(self, email: str) -> None:
        """Have bank and tax office take as long over the orders of *email* as in real life."""
        self.shop.sql("INSERT INTO outsiders.unhurried VALUES (%s)", [email])

    # -- what they testify -------------------------------------------------------------------------

    def switched_off(self) -> list[str]:
        """Return those who are not asked any more: their trigger is gone, disabled or elsewhere."""
        return sorted({name for name, is_there in self.shop.sql(AT_WORK) if not is_there})

    def unknown_to_the_bank(self) -> list[str]:
        """Return the numbers of the orders about whose buyer nobody asked the bank."""
        return [number for (number,) in self.shop.sql(UNKNOWN_TO_THE_BANK, [self._since])]

    def not_stamped(self) -> list[str]:
        """Return the numbers of the orders with an invoice that the tax office never saw."""
        return [number for (number,) in self.shop.sql(NOT_STAMPED, [self._since])]

    def count_live_products(self) -> None:
        """Have the warehouse remember what is on the shelves now."""
        self._sold_before = int(self.shop.sql(LAST_ORDER)[0][0]) if not self.shut_out else 0
        self._shelves: dict[str, int] = dict(self.shop.sql(QUANTITIES))

    def wrong_shelves(self) -> list[tuple[str, int, int]]:
        """Return the shelves that do not hold what the orders left on them.

        Each with the product's slug, how many pieces must be there, and how many are.
        """
        sold = dict(self.shop.sql(SOLD, [self._sold_before]))
        now = dict(self.shop.sql(QUANTITIES))
        rows = [(s, q - int(sold.get(s, 0)), now.get(s, 0)) for s, q in self._shelves.items()]
        return [row for row in rows if row[1] != row[2]]
