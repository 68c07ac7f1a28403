"""What an order leaves to be done, seen from outside: its mail, its invoice, and who is at them.

Bank and tax office are those of :mod:`tutor.lab.instruments.outsiders`; the post office is a
service.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from decimal import Decimal
from functools import cached_property
from typing import Any

import psutil

from tutor.lab.instruments.broker_outage import await_workers, broker_away
from tutor.lab.instruments.clock import HOUR, let_an_hour_pass
from tutor.lab.instruments.footprint import Footprint
from tutor.lab.instruments.job_wait import PATIENCE, JobWait
from tutor.lab.instruments.outsiders import Outsiders, Table
from tutor.lab.instruments.visibility import visibility_timeout
from tutor.lab.shop import Shop
from tutor.machine.processes import standing_still
from tutor.stack.services.mail import Mail

HELD, GLANCE = 0.6, 0.06
"""Seconds for which Redis hands nothing out, and for which a worker must be idle meanwhile."""
STILL, GLANCES = 3.0, 3
"""Seconds in which workers come to stand somewhere, and how often they must be seen standing."""
NUMBER = re.compile(r"\b[0-9A-F]{8}\b")
MAIL, INVOICE = "mail", "invoice"

ORDERS = """
SELECT orders.email, orders.id, upper(left(orders.reference::text, 8)),
       (SELECT count(*) FROM orders_invoice AS invoice
         WHERE invoice.order_id = orders.id AND octet_length(invoice.pdf) > 0),
       (SELECT sum(line.price * line.quantity) FROM orders_orderline AS line
         WHERE line.order_id = orders.id),
       (SELECT count(*) FROM outsiders.book
         WHERE outsider = 'tax office' AND order_id = orders.id)
  FROM orders_order AS orders WHERE %s::text[] IS NULL OR orders.email = ANY(%s)
 ORDER BY orders.id
"""
OPEN = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = 'shop' AND state LIKE 'idle in transaction%'
"""
BUSY = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = 'shop' AND state <> 'idle'
   AND wait_event_type IS DISTINCT FROM 'Lock'
"""
LOCKED = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = 'shop' AND wait_event_type = 'Lock'
"""
LAST_ERROR = re.compile(r"^(?:[\w.]+\.)?\w*(?:Error|Exception|DoesNotExist|Lost)\b.*", re.MULTILINE)


class Order:
    """One order, and what was done for it."""

    def __init__(
        self, email: str, key: int, number: str, invoices: int, total: Decimal, stamps: int
    ) -> None:
        self.email = email
        self.key = key
        self.number = number
        self.invoices = invoices
        self.total = total
        self.stamps = stamps
        """How many invoices of it the tax office stamped, those included that are gone."""
        self.mails: list[dict[str, Any]] = []

    @property
    def counts(self) -> dict[str, int]:
        """How many mails and invoices there are; an invoice that was stamped twice counts twice."""
        stamped = max(self.invoices, self.stamps) if self.invoices else 0
        return {MAIL: len(self.mails), INVOICE: stamped}

    @property
    def is_done(self) -> bool:
        """Whether there is a mail and an invoice."""
        return all(self.counts.values())


class Orders:
    """The orders of one shop, its workers, and those whom they wait for."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.broker = shop.broker
        self.outsiders = Outsiders(shop)
        self.bank = self.outsiders.bank
        self.tax_office = self.outsiders.tax_office
        self.ran_out = False
        """Whether a wait ended while something was still moving: then nobody can tell."""
        self._given_up: set[str] = set()

    def refuse(self, email: str) -> None:
        """Have the bank refuse *email*."""
        self.outsiders.refuse(email)

    def table(self, name: str) -> Table:
        """Return a table of the shop that can be closed."""
        return Table(self.shop, name)

    def footprint(self) -> Footprint:
        """Return how shelves and orders stand at this moment."""
        return Footprint.of(self.shop)

    def let_an_hour_pass(self) -> None:
        """Let the caches be emptied and an hour pass."""
        let_an_hour_pass(self.shop)

    def hand_back(self, *, an_hour_later: bool = False) -> int:
        """Put back what was taken and not acknowledged, as the broker does within an hour.

        Where the shop has it wait longer than that, nothing comes back. *An hour later*, what was
        put off until then is due.
        """
        later = HOUR if an_hour_later else 0
        return 0 if self._visibility_timeout > HOUR else self.broker.hand_back(later)

    @cached_property
    def _visibility_timeout(self) -> float:
        return visibility_timeout(self.shop)

    @contextmanager
    def offices_closed(self) -> Iterator[None]:
        """Close the post office and the tax office during the block."""
        with self.shop.paused("mail"), self.tax_office.shut():
            yield

    @contextmanager
    def post_sends_away(self) -> Iterator[Callable[[], set[str]]]:
        """Have the post office send every mail away during the block; say whose it has sent."""
        mail = self.shop.service("mail")
        assert isinstance(mail, Mail)
        with mail.closed(), self.shop.explaining():
            yield mail.turned_away

    def redis_away(self) -> AbstractContextManager[None]:
        """Have Redis be gone during the block; it comes back with all it held."""
        return broker_away(self.shop)

    def await_workers(self) -> None:
        """Wait until all workers listen to Redis: after an outage they come back in their time."""
        await_workers(self.shop, len(self.workers))

    # -- counting ----------------------------------------------------------------------------------

    def all(self) -> dict[str, Order]:
        """Return every order by its e-mail address, each with what was done for it."""
        return {order.email: order for order in self._read(None)}

    def of(self, emails: Iterable[str]) -> dict[str, Order]:
        """Return the orders of *emails*, each with what was done for it; those that are there.

        Of somebody who ordered twice it is the last one.
        """
        return {order.email: order for order in self.every(emails)}

    def every(self, emails: Iterable[str]) -> list[Order]:
        """Return all orders of *emails*, in order, each with what was done for it."""
        return self._read(sorted(set(emails)))

    def _read(self, emails: list[str] | None) -> list[Order]:
        orders = [Order(*row) for row in self.shop.sql(ORDERS, [emails, emails])]
        by_number = {order.number: order for order in orders}
        for mail in self.shop.mails():
            numbers = NUMBER.findall(mail["subject"])
            order = next((by_number[n] for n in numbers if n in by_number), None)
            if order is not None:
                order.mails.append(mail)
        return orders

    def settled(self, emails: Iterable[str]) -> bool:
        """Wait until each of *emails* has its mail and its invoice and no message is left.

        *emails* names whoever ordered twice twice.
        Where nothing moves any more the wait is given up, and nobody waits for those again.
        """
        wanted = [email for email in emails if email not in self._given_up]
        patience = self.patience()
        while True:
            orders = self.every(wanted)
            left = self.broker.left()
            if len(orders) >= len(wanted) and not left and all(o.is_done for o in orders):
                return True
            done = [order.counts for order in orders]
            if patience.is_over(done, left=left, taken=self.broker.taken()):
                self.ran_out = self.ran_out or patience.ran_out
                self._given_up |= set(wanted) - {o.email for o in orders if o.is_done}
                return False
            self.shop.cancel.wait(patience.pause)

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
        asked = sum(int(service.context.settings.get("concurrency", 2)) for service in services)
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

    def wait_for_post(self) -> bool:
        """Wait until a job stands at the post office; return whether one does."""
        return self.wait_for(lambda: bool(self.at_the_post(self.hands())))

    def wait_for_work(self) -> bool:
        """Wait until jobs stand at the post office and at the tax office; return if at either."""

        def places() -> int:
            return bool(self.at_the_post(self.hands())) + bool(self.tax_office.waiting())

        if not self.wait_for(lambda: bool(places())):
            return False
        # One task may do both in a row: then there is nobody at the second door.
        self.wait_until_still(lambda: places() == 2)
        return True

    def wait_for(self, condition: Callable[[], bool]) -> bool:
        """Wait until *condition* holds, as long as jobs are on their way; return whether it did."""
        patience = self.patience()
        while not condition():
            if patience.is_over(None, left=self.broker.left()):
                self.ran_out = self.ran_out or patience.ran_out
                return False
            self.shop.cancel.wait(0.02)
        return True

    def at_rest(self) -> bool:
        """Return whether nobody does a job: none computes, none is at the post, none at a query.

        Whoever waits for a lock does nothing as long as nobody else does.
        """
        hands = self.children() or self.hands()
        return not self.at_the_post(hands) and _is_idle(hands) and not self.shop.sql(BUSY)[0][0]

    def waiting_for_locks(self) -> int:
        """Return how many sessions of the shop wait for somebody else's lock, or at a shut door."""
        return int(self.shop.sql(LOCKED)[0][0])

    def patience(self) -> JobWait:
        """Return a wait for jobs that is over once nobody does one any more."""
        return JobWait(self.at_rest)

    @staticmethod
    def are_idle(processes: Iterable[psutil.Process]) -> bool:
        """Return whether none of *processes* computes, or would like to."""
        return _is_idle(processes)

    def wait_until_still(self, enough: Callable[[], bool] = lambda: False) -> None:
        """Wait until every worker stands somewhere and no message waits, or until *enough*."""
        deadline = time.monotonic() + STILL
        seen = 0
        while seen < GLANCES and not enough() and time.monotonic() < deadline:
            self.shop.cancel.check()
            is_still = not self.broker.waiting() and _is_idle(self.hands())
            seen = seen + 1 if is_still else 0

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
        with self._standing_at_a_good_moment():
            self.broker.hold(HELD)
            pids = [pid for title in self.workers if (pid := self.shop.pid(title))]
            masters = [psutil.Process(pid) for pid in pids]
            _wait(self.shop, lambda: int(_is_idle(masters)), 1, HELD - 0.1)
            for title in self.workers:
                self.shop.kill(title)

    @contextmanager
    def _standing_at_a_good_moment(self) -> Iterator[None]:
        """Have the children stand still, none of them on the way; who is not killed goes on."""
        deadline = time.monotonic() + PATIENCE
        while True:
            children = self.children()
            with standing_still(child.pid for child in children):
                if not self._on_the_way(children) or time.monotonic() > deadline:
                    yield
                    return
            self.shop.cancel.wait(0.03)

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
    processes = list(processes)
    try:
        before = [(p.cpu_times().user, p.cpu_times().system) for p in processes]
        time.sleep(GLANCE)
        now = [(p.cpu_times().user, p.cpu_times().system) for p in processes]
        return before == now and all(p.status() == psutil.STATUS_SLEEPING for p in processes)
    except psutil.Error:
        # One of them has just ended: something happens.
        return False


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
