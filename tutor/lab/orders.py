"""What an order leaves to be done, seen from outside: its mail, its invoice, and who is at them.

The bank, which says yes or no at COMMIT, and the tax office, which stamps an invoice as it is
stored, are triggers in the shop's database, ours during a run; the post office is a service.
"""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from decimal import Decimal
from typing import Any

import psutil

from tutor.lab.shop import Shop

LOCKS = 6060
"""The first half of the keys of our advisory locks; the second says whose door it is."""
BANK, TAX_OFFICE = 1, 2
"""As in :data:`OUTSIDERS`."""
PATIENCE = 3.0
"""Seconds without any news, and without any message left, after which a job counts as lost."""
LONGEST = 25.0
"""Seconds after which a job counts as lost although messages are left."""
HELD, GLANCE = 0.6, 0.06
"""Seconds for which Redis hands nothing out, and for which a worker must be idle meanwhile."""
MOST_APART = 0.4
"""Seconds between two questions whether everything is done."""
NUMBER = re.compile(r"\b[0-9A-F]{8}\b")
MAIL, INVOICE = "mail", "invoice"

OUTSIDERS = """
CREATE SCHEMA outsiders;
CREATE TABLE outsiders.refused (email text PRIMARY KEY);
CREATE FUNCTION outsiders.bank() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(6060, 1);
    IF EXISTS (SELECT FROM outsiders.refused WHERE email = NEW.email) THEN
        RAISE EXCEPTION 'The bank refuses %', NEW.email USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION outsiders.tax_office() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.pdf IS DISTINCT FROM OLD.pdf THEN
        PERFORM pg_advisory_xact_lock_shared(6060, 2);
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS bank_settles ON orders_order;
CREATE CONSTRAINT TRIGGER bank_settles AFTER INSERT ON orders_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION outsiders.bank();
DROP TRIGGER IF EXISTS tax_office_stamps ON orders_invoice;
CREATE TRIGGER tax_office_stamps BEFORE INSERT OR UPDATE ON orders_invoice
    FOR EACH ROW WHEN (octet_length(NEW.pdf) > 0) EXECUTE FUNCTION outsiders.tax_office();
"""
ORDERS = """
SELECT orders.email, orders.id, upper(left(orders.reference::text, 8)),
       (SELECT count(*) FROM orders_invoice AS invoice
         WHERE invoice.order_id = orders.id AND octet_length(invoice.pdf) > 0),
       (SELECT sum(line.price * line.quantity) FROM orders_orderline AS line
         WHERE line.order_id = orders.id)
  FROM orders_order AS orders WHERE %s::text[] IS NULL OR orders.email = ANY(%s)
"""
WAITING = """
SELECT activity.pid, activity.client_port FROM pg_locks AS lock
  JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
 WHERE lock.locktype = 'advisory' AND NOT lock.granted
   AND lock.classid = %s AND lock.objid = %s AND activity.backend_type = 'client backend'
   AND activity.usename = 'shop'
"""
OPEN = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = 'shop' AND state LIKE 'idle in transaction%'
"""
LAST_ERROR = re.compile(r"^(?:[\w.]+\.)?\w*(?:Error|Exception|DoesNotExist|Lost)\b.*", re.MULTILINE)


class Order:
    """One order, and what was done for it."""

    def __init__(self, email: str, key: int, number: str, invoices: int, total: Decimal) -> None:
        self.email = email
        self.key = key
        self.number = number
        self.invoices = invoices
        self.total = total
        self.mails: list[dict[str, Any]] = []

    @property
    def counts(self) -> dict[str, int]:
        """How many mails and invoices there are."""
        return {MAIL: len(self.mails), INVOICE: self.invoices}

    @property
    def is_done(self) -> bool:
        """Whether there is a mail and an invoice."""
        return all(self.counts.values())


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


class Orders:
    """The orders of one shop, its workers, and those whom they wait for."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.broker = shop.broker
        self.bank = Door(shop, BANK)
        self.tax_office = Door(shop, TAX_OFFICE)
        self._given_up: set[str] = set()
        shop.sql(OUTSIDERS)

    def refuse(self, email: str) -> None:
        """Have the bank refuse *email*."""
        self.shop.sql("INSERT INTO outsiders.refused VALUES (%s)", [email])

    @contextmanager
    def offices_closed(self) -> Iterator[None]:
        """Close the post office and the tax office during the block."""
        with self.shop.paused("mail"), self.tax_office.shut():
            yield

    # -- counting ----------------------------------------------------------------------------------

    def all(self) -> dict[str, Order]:
        """Return every order by its e-mail address, each with what was done for it."""
        return self._read(None)

    def of(self, emails: Iterable[str]) -> dict[str, Order]:
        """Return the orders of *emails*, each with what was done for it; those that are there."""
        return self._read(list(emails))

    def _read(self, emails: list[str] | None) -> dict[str, Order]:
        orders = {row[0]: Order(*row) for row in self.shop.sql(ORDERS, [emails, emails])}
        by_number = {order.number: order for order in orders.values()}
        for mail in self.shop.mails():
            numbers = NUMBER.findall(mail["subject"])
            order = next((by_number[n] for n in numbers if n in by_number), None)
            if order is not None:
                order.mails.append(mail)
        return orders

    def settled(self, emails: Iterable[str]) -> bool:
        """Wait until each of *emails* has its mail and its invoice and no message is left.

        Where nothing moves any more the wait is given up, and nobody waits for those again.
        """
        wanted = [email for email in emails if email not in self._given_up]
        began = news = time.monotonic()
        before: object = None
        while True:
            orders = self.of(wanted)
            left = self.broker.left()
            done = [order.counts for order in orders.values()]
            if len(orders) == len(wanted) and not left and all(o.is_done for o in orders.values()):
                return True
            now, state = time.monotonic(), (done, left)
            if state != before:
                before, news = state, now
            patience = LONGEST if self.broker.taken() else PATIENCE * (2 if left else 1)
            if now - news > patience or now - began > LONGEST:
                self._given_up |= {e for e in wanted if e not in orders or not orders[e].is_done}
                return False
            # The longer it takes already, the less often is asked: our questions are work, too.
            self.shop.cancel.wait(min(MOST_APART, max(0.05, (now - began) / 8)))

    # -- workers -----------------------------------------------------------------------------------

    @property
    def workers(self) -> list[str]:
        """The names of the workers in ``stack.toml``."""
        return [title for title, service in self.shop.services.items() if service.kind == "worker"]

    def children(self) -> list[psutil.Process]:
        """Return the processes that the workers started to do their jobs in."""
        return [child for title in self.workers for child in _children(self.shop.pid(title))]

    def hands(self) -> list[psutil.Process]:
        """Return every process a job may be done in, the workers themselves included."""
        pids = [self.shop.pid(title) for title in self.workers]
        return [*self.children(), *(psutil.Process(pid) for pid in pids if pid)]

    def slots(self) -> int:
        """Return how many jobs can be done at the same time."""
        services = [self.shop.services[title] for title in self.workers]
        asked = sum(int(service.spot.settings.get("concurrency", 2)) for service in services)
        return max(asked, len(self.children()))

    def at_the_post(self, processes: list[psutil.Process]) -> list[psutil.Process]:
        """Return those of *processes* that are talking to the post office, once per talk."""
        port = self.shop.service("mail").port
        return [p for p in processes for _, remote in _connections(p) if remote == port]

    def at_the_tax_office(self, processes: list[psutil.Process]) -> list[psutil.Process]:
        """Return those of *processes* whose invoice waits for its stamp."""
        ports = {port for _, port in self.tax_office.waiting()}
        return [p for p in processes for own, _ in _connections(p) if own in ports]

    def busy_children(self) -> set[psutil.Process]:
        """Return the children that stand at a door; all where nobody knows who it is."""
        children = self.children()
        stamping = self.at_the_tax_office(children)
        if self.tax_office.waiting() and not stamping:
            # Somebody stands between them and PostgreSQL.
            return set(children)
        return {*self.at_the_post(children), *stamping}

    def wait_for_work(self, timeout: float = 5.0) -> bool:
        """Wait until jobs stand at the post office and at the tax office; return if at either."""

        def places() -> int:
            return bool(self.at_the_post(self.hands())) + bool(self.tax_office.waiting())

        # One task may do both in a row: then there is nobody at the second door.
        if not _wait(self.shop, places, 1, timeout):
            return False
        _wait(self.shop, places, 2, 0.8)
        return True

    def kill_children(self) -> None:
        """Kill the processes in the middle of a job, as the kernel does when memory ends."""
        for child in self.busy_children():
            with suppress(psutil.Error):
                child.kill()
        self.tax_office.send_away()

    def kill_workers(self) -> None:
        """Kill the workers whole, at a moment for which they can answer.

        Whoever dies between the post office and the COMMIT cannot know whether the mail went out.
        What Redis has just handed out, and nobody has written down, is lost with the reader.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            children = self.children()
            _signal(children, signal.SIGSTOP)
            if not self._on_the_way(children) or time.monotonic() > deadline:
                break
            _signal(children, signal.SIGCONT)
            self.shop.cancel.wait(0.03)
        self.broker.hold(HELD)
        masters = [psutil.Process(pid) for title in self.workers if (pid := self.shop.pid(title))]
        _wait(self.shop, lambda: int(_is_idle(masters)), 1, HELD - 0.1)
        for title in self.workers:
            self.shop.kill(title)

    def _on_the_way(self, hands: list[psutil.Process]) -> bool:
        """Return whether one of *hands*, which stand still, is at the post or has yet to commit."""
        import psycopg

        if self.at_the_post(hands):
            return True
        try:
            # A checkout may be in a transaction too, for a moment.
            return not _wait(self.shop, lambda: int(not self.shop.sql(OPEN)[0][0]), 1, 0.3)
        except psycopg.OperationalError:
            # PostgreSQL is full: with so much wrong nobody counts this closely.
            return False

    def revive(self) -> None:
        """Start the workers that do not run, together."""
        dead = [title for title in self.workers if not self.shop.pid(title)]
        with ExitStack() as threads:
            for title in dead:
                thread = threading.Thread(target=self.shop.restart_service, args=[title])
                thread.start()
                threads.callback(thread.join)

    def last_error(self) -> str:
        """Return the last exception that a worker logged."""
        for title in self.workers:
            if found := LAST_ERROR.findall(self.shop.log(title)):
                return str(found[-1])[:160]
        return "–"


def _wait(shop: Shop, places: Callable[[], int], enough: int, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while places() < enough:
        if time.monotonic() > deadline:
            return False
        shop.cancel.wait(0.02)
    return True


def _is_idle(processes: Iterable[psutil.Process]) -> bool:
    """Return whether none of *processes* did anything for a moment."""
    before = [(p.cpu_times().user, p.cpu_times().system) for p in processes]
    time.sleep(GLANCE)
    now = [(p.cpu_times().user, p.cpu_times().system) for p in processes]
    return before == now and all(p.status() == psutil.STATUS_SLEEPING for p in processes)


def _signal(processes: Iterable[psutil.Process], number: int) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True) if pid else []
    except psutil.Error:
        return []


def _connections(process: psutil.Process) -> list[tuple[int, int]]:
    """Return the ports, own and remote, of the open connections of *process*."""
    try:
        found = process.net_connections("tcp")
    except psutil.Error:
        return []
    return [(c.laddr.port, c.raddr.port) for c in found if c.status == "ESTABLISHED"]
