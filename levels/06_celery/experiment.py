"""Level 6: does the checkout answer before the work is done, and is all of it done exactly once?

Nothing here knows how the learner's tasks are called or cut. The post office is stopped, the bank
and the tax office keep silent for as long as we like (they are triggers in the shop's database,
ours during a run), workers are killed, messages are delivered again. Then mails and invoices are
counted.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tutor.lab import Lab, Shop

LOCKS = 6060
"""The first half of the keys of our advisory locks; the second says whose door it is."""
BANK, TAX_OFFICE = 1, 2
"""As in :data:`OUTSIDERS`."""
ANSWER = 5.0
"""Seconds a checkout may take while everybody behind it is closed."""
CAUGHT = 0.7
"""Seconds after which a web process that is seen at a closed door counts as waiting there."""
PATIENCE = 3.0
"""Seconds without any news, and without any message left, after which a job counts as lost."""
LONGEST = 25.0
"""Seconds after which a job counts as lost although messages are left."""
NUMBER = re.compile(r"\b[0-9A-F]{8}\b")
MAIL, INVOICE = "mail", "invoice"
JOBS = (MAIL, INVOICE)

OUTSIDERS = """
UPDATE catalog_stock SET quantity = 500 + floor(random() * 500);
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
  FROM orders_order AS orders
"""

WAITING = """
SELECT activity.pid, activity.client_port FROM pg_locks AS lock
  JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
 WHERE lock.locktype = 'advisory' AND NOT lock.granted
   AND lock.classid = %s AND lock.objid = %s AND activity.backend_type = 'client backend'
   AND activity.usename = 'shop'
"""

BEHIND_A_ROW = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')
"""


# -- the phases ------------------------------------------------------------------------------------


def check(lab: Lab) -> None:
    """See who waits for whom; in a full run, kill and repeat."""
    shop = lab.shop
    for needed in ("mail", "redis"):
        if needed not in shop.services:
            lab.foul("service_gone", service=needed)
    shop.sql(OUTSIDERS)
    bench = _bench(lab)
    with shop.broker.watch() as wire:
        if not _answers_first(lab, bench):
            return
        _ordinary(lab, bench)
        _before_the_bank(lab, bench, wire)
        if lab.quick or lab.measures["too_early"]:
            _not_for_nothing(lab, bench)
            return
        first = wire.messages[: wire.count()]
        _long_job(lab, bench)
        _killed_child(lab, bench)
        _killed_worker(lab, bench)
        _delivered_again(lab, bench, first)
        _behind_invoices(lab, bench)


def load(lab: Lab) -> None:
    """Send in buyers; one in eight has no money."""
    shop = lab.shop
    if lab.measures.get("held_up") != 0:
        return
    bench = _bench(lab)
    broke = [bench.email("broke") for _ in range(40)]
    for email in broke:
        bench.refuse(email)
    lab.step("loading", users=lab.level.load.users, seconds=lab.level.load.seconds)
    facts = {"slugs": bench.slugs, "broke": broke, "token": bench.token}
    total = lab.load(facts=facts)
    if total.failures:
        example = max(total.errors, key=lambda text: total.errors[text], default="no answer")
        lab.foul("wrong_under_load", count=total.failures, example=example)
    bought = shop.sql(
        "SELECT email FROM orders_order WHERE email LIKE %s", [f"load-{bench.token}%"]
    )
    bench.groups["load"] = [email for (email,) in bought]


def settle(lab: Lab) -> None:
    """Count every mail and every invoice of the run; look at what is left."""
    if lab.measures.get("held_up") != 0:
        return
    bench = _bench(lab)
    lab.step("counting")
    bench.settled(bench.everybody())
    _feed(lab, bench)
    _count(lab, bench)
    lab.wait_until(lambda: not bench.broker.left(), timeout=PATIENCE)
    left = bench.broker.left()
    lab.measure("left", left)
    if left:
        lab.find("left_over", count=left, queues=_names(bench.broker.waiting()))
    _flower(lab, bench)


# -- the bench -------------------------------------------------------------------------------------


class Bench:
    """What a run knows of the shop it tries."""

    def __init__(self, lab: Lab) -> None:
        shop = lab.shop
        self.lab = lab
        self.shop = shop
        self.token = f"{lab.random.randrange(16**6):06x}"
        rows = shop.sql("SELECT slug FROM catalog_product WHERE is_live ORDER BY slug")
        self.slugs = [slug for (slug,) in rows]
        lab.random.shuffle(self.slugs)
        self.groups: dict[str, list[str]] = {}
        """Who bought what for which trial, by e-mail address."""
        self.refused: list[str] = []
        self.broker = shop.broker
        self._given_up: set[str] = set()
        self.bank = Door(shop, BANK)
        self.tax_office = Door(shop, TAX_OFFICE)
        self.post = shop.service("mail").port
        self._buyer = Buyer(self)
        self._next = 0

    @property
    def workers(self) -> list[str]:
        """The names of the workers in ``stack.toml``."""
        return [title for title, service in self.shop.services.items() if service.kind == "worker"]

    def email(self, group: str) -> str:
        """Return an address nobody had before."""
        self._next += 1
        return f"{group}-{self.token}-{self._next}@palace.example"

    def slug(self) -> str:
        """Return another product each time: two buyers of one thing wait for each other."""
        return self.slugs[self._next % len(self.slugs)]

    def refuse(self, email: str) -> None:
        """Have the bank refuse *email*."""
        self.shop.sql("INSERT INTO outsiders.refused VALUES (%s)", [email])
        self.refused.append(email)

    def buy(self, group: str, times: int = 1) -> None:
        """Buy something, *times* times; each must be answered with an order."""
        for _ in range(times):
            self.lab.cancel.check()
            email = self.email(group)
            status, location = self._buyer.buy(email, self.slug())
            self.bought(group, email, status, location)

    def bought(self, group: str, email: str, status: int, location: str) -> None:
        """Note a purchase that succeeded; refuse a checkout that did not lead to an order."""
        if status != 302 or "/order/" not in location:
            self.lab.foul("checkout_fails", status=status, location=location or "–")
        self.groups.setdefault(group, []).append(email)

    def everybody(self) -> list[str]:
        """Return everybody who bought something."""
        return [email for emails in self.groups.values() for email in emails]

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Close the post office and the tax office during the block."""
        with self.shop.paused("mail"), self.tax_office.shut():
            yield

    # -- counting --------------------------------------------------------------------------------

    def orders(self) -> dict[str, Order]:
        """Return every order of the run by its e-mail address, with what was done for it."""
        orders = {row[0]: Order(*row) for row in self.shop.sql(ORDERS)}
        by_number = {order.number: order for order in orders.values()}
        for mail in self.shop.mails():
            numbers = NUMBER.findall(mail["subject"])
            order = next((by_number[n] for n in numbers if n in by_number), None)
            if order is not None:
                order.mails.append(mail)
        return orders

    def settled(self, emails: list[str]) -> bool:
        """Wait until each of *emails* has its mail and its invoice and no message is left.

        Where nothing moves any more the wait is given up, and nobody waits for those again.
        """
        emails = [email for email in emails if email not in self._given_up]
        began = news = time.monotonic()
        before: Any = None
        while True:
            orders = self.orders()
            done = [orders[e].done for e in emails if e in orders]
            left = self.broker.left()
            if len(done) == len(emails) and all(map(all, done)) and not left:
                return True
            now, state = time.monotonic(), (done, left)
            if state != before:
                before, news = state, now
            patience = LONGEST if self.broker.taken() else PATIENCE * (2 if left else 1)
            if now - news > patience or now - began > LONGEST:
                self._given_up |= {e for e in emails if e not in orders or not all(orders[e].done)}
                return False
            self.lab.cancel.wait(0.05)

    # -- processes -------------------------------------------------------------------------------

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
        asked = sum(service.spot.settings.get("concurrency", 2) for service in services)
        return max(asked, len(self.children()))

    def web(self) -> list[psutil.Process]:
        """Return the processes that answer visitors."""
        return _children(self.shop.pid("gunicorn"))

    def at_the_post(self, processes: list[psutil.Process]) -> list[psutil.Process]:
        """Return those of *processes* that are talking to the post office, once per talk."""
        return [p for p in processes for _, remote in _connections(p) if remote == self.post]

    def at_the_tax_office(self, processes: list[psutil.Process]) -> list[psutil.Process]:
        """Return those of *processes* whose invoice waits for its stamp."""
        ports = {port for _, port in self.tax_office.waiting()}
        return [p for p in processes for own, _ in _connections(p) if own in ports]

    def wait_for_work(self) -> bool:
        """Wait until workers are at the post office and at the tax office; return if at either."""

        def places() -> int:
            return bool(self.at_the_post(self.hands())) + bool(self.tax_office.waiting())

        # One task may do both in a row: then there is nobody at the second door.
        if not self.lab.wait_until(places, timeout=5.0):
            return False
        self.lab.wait_until(lambda: places() == 2, timeout=0.8)
        return True


class Order:
    """One order, and what was done for it."""

    def __init__(self, email: str, key: int, number: str, invoices: int, total: Any) -> None:
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
    def done(self) -> tuple[bool, bool]:
        """Whether there is a mail, and whether there is an invoice."""
        return bool(self.mails), bool(self.invoices)


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


class Buyer:
    """Somebody with a browser and a cart."""

    def __init__(self, bench: Bench) -> None:
        self._visitor = bench.shop.visitor(timeout=3 * ANSWER)
        self._ready = False

    def fill(self, slug: str) -> None:
        """Put one piece of *slug* into the cart."""
        if not self._ready:
            # For its form: there is a token on it.
            self._visitor.get("/login/")
            self._ready = True
        self._visitor.post(f"/cart/add/{slug}/", {"quantity": "1"})

    def buy(self, email: str, slug: str) -> tuple[int, str]:
        """Order one piece of *slug*; return the status and where the answer leads."""
        self.fill(slug)
        return self.check_out(email)

    def check_out(self, email: str) -> tuple[int, str]:
        """Order what is in the cart; return the status and where the answer leads."""
        fields = {"name": "Gina Caputo", "email": email, "address": "1 Lotus Lane"}
        answer = self._visitor.post("/checkout/", fields)
        return answer.status, answer.headers.get("location", "")


class Checkout(threading.Thread):
    """A checkout that we may have to wait for."""

    def __init__(self, bench: Bench, email: str) -> None:
        super().__init__(name="checkout", daemon=True)
        self.email = email
        self.status, self.location = 0, ""
        self.answered_at = 0.0
        self._buyer = Buyer(bench)
        self._buyer.fill(bench.slug())

    def run(self) -> None:
        """Press the button; where no answer comes, none is noted."""
        with suppress(Exception):
            self.status, self.location = self._buyer.check_out(self.email)
            self.answered_at = time.time()


def _bench(lab: Lab) -> Bench:
    """Return the bench of this run: the same in every phase."""
    if not isinstance(bench := getattr(lab, "bench", None), Bench):
        bench = lab.bench = Bench(lab)  # type: ignore[attr-defined]
    return bench


# -- bronze: nobody waits for the paper ------------------------------------------------------------


def _answers_first(lab: Lab, bench: Bench) -> bool:
    """Close the post office and the tax office, and check out: the answer must come."""
    lab.step("closing")
    checkout = Checkout(bench, bench.email("first"))
    with ExitStack() as post, ExitStack() as tax_office:
        post.enter_context(lab.shop.paused("mail"))
        tax_office.enter_context(bench.tax_office.shut())
        checkout.start()
        place = _where_it_waits(lab, bench, checkout)
        answered = bool(checkout.status)
        if not place:
            # Who answers now waited for the tax office.
            tax_office.close()
            checkout.join(1.5)
            place = "stamp" if checkout.status else "somebody"
    checkout.join(2 * ANSWER)
    lab.measure("held_up", 0 if answered else 1)
    if answered:
        bench.bought("first", checkout.email, checkout.status, checkout.location)
        return True
    untouched = not lab.changed("")
    lab.find("waits" if untouched else f"still_waits_{place}", seconds=ANSWER)
    return False


def _where_it_waits(lab: Lab, bench: Bench, checkout: Checkout) -> str:
    """Wait for the answer; return at whose door a web process was seen for too long."""
    since: dict[str, float] = {}
    deadline = time.monotonic() + ANSWER
    while not checkout.status and checkout.is_alive() and time.monotonic() < deadline:
        web = bench.web()
        seen = {"post": bench.at_the_post(web), "stamp": bench.at_the_tax_office(web)}
        for place, there in seen.items():
            if not there:
                since.pop(place, None)
            elif time.monotonic() - since.setdefault(place, time.monotonic()) > CAUGHT:
                return place
        lab.cancel.wait(0.05)
    return ""


def _ordinary(lab: Lab, bench: Bench) -> None:
    """See that what was ordered gets its mail and its invoice, once, and the right ones."""
    lab.step("ordinary")
    bench.buy("first", 2)
    bench.settled(bench.groups["first"])
    orders = bench.orders()
    _explain_what_is_missing(lab, bench, orders)
    _compare(lab, bench, [orders[email] for email in bench.groups["first"]])
    unserved = [e for e in bench.groups["first"] if set(orders[e].counts.values()) != {1}]
    lab.measure("unserved", len(unserved))


def _explain_what_is_missing(lab: Lab, bench: Bench, orders: dict[str, Order]) -> None:
    """Refuse a shop whose orders do not get what they are owed even on a quiet day."""
    absent = [email for email in bench.groups["first"] if email not in orders]
    if absent:
        lab.foul("order_not_written", email=absent[0])
    without = [order for email in bench.groups["first"] if not all((order := orders[email]).done)]
    waiting = bench.broker.waiting()
    if not bench.workers:
        _refuse_work_without_workers(lab, [orders[email] for email in bench.groups["first"]])
        lab.foul("no_worker", count=sum(waiting.values()))
    if not without:
        return
    if waiting:
        lab.foul("nobody_takes", count=sum(waiting.values()), queues=_names(waiting))
    order = without[0]
    job = MAIL if not order.mails else INVOICE
    lab.foul(f"{job}_missing", number=order.number, error=_last_error(bench))


def _refuse_work_without_workers(lab: Lab, orders: list[Order]) -> None:
    """Refuse what was done for *orders* while no worker was running."""
    for order in orders:
        for job, count in order.counts.items():
            if count:
                lab.foul("without_worker", number=order.number, job=job)


def _compare(lab: Lab, bench: Bench, orders: list[Order]) -> None:
    """Refuse mails and invoices that are not what was ordered."""
    for order in orders:
        for mail in order.mails:
            if mail["to"] != [order.email]:
                lab.foul("mail_wrong", number=order.number, what=f"to {', '.join(mail['to'])}")
            if f"{order.total:.2f}" not in mail["body"]:
                lab.foul("mail_wrong", number=order.number, what=f"no EUR {order.total:.2f}")
        query = "SELECT pdf FROM orders_invoice WHERE order_id = %s AND octet_length(pdf) > 0"
        for (pdf,) in bench.shop.sql(query, [order.key]):
            if order.number not in _text_of(bytes(pdf)):
                lab.foul("invoice_wrong", number=order.number, size=len(pdf))


def _text_of(pdf: bytes) -> str:
    """Return the text of *pdf*, roughly: enough to find a number; nothing where it is none."""
    if not pdf.startswith(b"%PDF"):
        return ""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(match[1]))
    return b"\n".join(parts).decode("latin-1")


# -- silver: nothing before the bank has said yes --------------------------------------------------


def _before_the_bank(lab: Lab, bench: Bench, wire: Any) -> None:
    """Hold the bank's answer back: until it comes, nobody may hear of the order."""
    lab.step("bank")
    early = 0
    for says_no in (True, False):
        email = bench.email("broke" if says_no else "slow")
        if says_no:
            bench.refuse(email)
        checkout = Checkout(bench, email)
        before = wire.count()
        with bench.bank.shut():
            checkout.start()
            lab.wait_until(lambda c=checkout: bench.bank.waiting() or c.status, timeout=ANSWER)
            if checkout.status:
                lab.foul("answered_too_soon")
            published = wire.count() - before
            if published:
                # Whoever looks for the order now must have looked before it is there.
                lab.wait_until(lambda: not bench.broker.left(), timeout=1.5)
        checkout.join(2 * ANSWER)
        early += bool(published)
        if not says_no:
            bench.bought("slow", email, checkout.status, checkout.location)
    if early:
        lab.find("published_early")
    lab.measure("too_early", early)
    if bench.refused[0] in bench.orders():
        lab.foul("bank_ignored", email=bench.refused[0])
    bench.settled(bench.groups["slow"])
    order = bench.orders()[bench.groups["slow"][0]]
    if not all(order.done):
        job = MAIL if not order.mails else INVOICE
        lab.foul("read_before_commit", number=order.number, job=job, error=_last_error(bench))


def _not_for_nothing(lab: Lab, bench: Bench) -> None:
    """Count what was done for orders that the bank refused."""
    mails = [mail for mail in bench.shop.mails() if set(mail["to"]) & set(bench.refused)]
    if mails:
        lab.find("mail_for_nothing", email=mails[0]["to"][0], count=len(mails))
        lab.measure("too_early", lab.measures.get("too_early", 0) + len(mails))


# -- gold: exactly once, whatever happens ----------------------------------------------------------


def _long_job(lab: Lab, bench: Bench) -> None:
    """Have a job take longer than the broker waits: its message is handed out again meanwhile."""
    lab.step("long_job")
    with bench.closed():
        bench.buy("long")
        if not bench.wait_for_work():
            return
        before = _at_doors(bench)
        if handed := bench.broker.hand_back():
            lab.wait_until(
                lambda: not bench.broker.waiting() and _at_doors(bench) >= before + handed,
                timeout=0.8,
            )
    bench.settled(bench.groups["long"])


def _at_doors(bench: Bench) -> int:
    """Return how many jobs stand somewhere: before a door, or behind a row another one has."""
    at_post = len(bench.at_the_post(bench.hands()))
    return at_post + len(bench.tax_office.waiting()) + int(bench.shop.sql(BEHIND_A_ROW)[0][0])


def _killed_child(lab: Lab, bench: Bench) -> None:
    """Kill the processes that are in the middle of a job, as the kernel does when memory ends."""
    lab.step("killing_child")
    with bench.closed():
        bench.buy("child", 2)
        if not bench.wait_for_work():
            return
        children = bench.children()
        busy = {*bench.at_the_post(children), *bench.at_the_tax_office(children)}
        if bench.tax_office.waiting() and not bench.at_the_tax_office(children):
            # Somebody stands between them and PostgreSQL.
            busy = set(children)
        for child in busy:
            with suppress(psutil.Error):
                child.kill()
        bench.tax_office.send_away()
    _revive(bench)
    bench.settled(bench.groups["child"])


def _killed_worker(lab: Lab, bench: Bench) -> None:
    """Kill the workers whole; go on selling; let an hour pass; start them again."""
    lab.step("killing_worker")
    with bench.closed():
        bench.buy("worker", 5)
        bench.wait_for_work()
        for title in bench.workers:
            bench.shop.kill(title)
        bench.tax_office.send_away()
    bench.buy("down")
    _still_a_shop(lab, bench)
    down = bench.groups["down"]
    _refuse_work_without_workers(lab, [bench.orders()[email] for email in down])
    bench.broker.hand_back()
    _revive(bench)
    bench.settled([*bench.groups["worker"], *down])


def _revive(bench: Bench) -> None:
    """Start the workers that do not run."""
    dead = [title for title in bench.workers if not bench.shop.pid(title)]
    with ExitStack() as threads:
        for title in dead:
            thread = threading.Thread(target=bench.shop.restart_service, args=[title])
            thread.start()
            threads.callback(thread.join)


def _delivered_again(lab: Lab, bench: Bench, messages: list[tuple[str, bytes]]) -> None:
    """Deliver messages a second time that were done with long ago, to workers that are new."""
    lab.step("repeating")
    for queue, message in messages:
        bench.broker.publish(queue, message)
    lab.wait_until(lambda: not bench.broker.left(), timeout=PATIENCE)


def _behind_invoices(lab: Lab, bench: Bench) -> None:
    """Close the tax office alone: whatever waits there, mails must go out."""
    lab.step("stamping")
    buyers = 2 * bench.slots() + 3
    with bench.tax_office.shut():
        bench.buy("mails", buyers)
        emails = bench.groups["mails"]

        def stuck() -> int:
            orders = bench.orders()
            mailed = sum(bool(orders[e].mails) for e in emails)
            # An order whose own invoice is at the tax office may wait for it.
            return max(0, buyers - mailed - len(bench.tax_office.waiting()))

        def is_over() -> bool:
            nonlocal fewest, since
            if (now := stuck()) < fewest:
                fewest, since = now, time.monotonic()
            return not fewest or time.monotonic() - since > PATIENCE

        fewest, since = buyers + 1, time.monotonic()
        lab.wait_until(is_over, timeout=LONGEST, every=0.05)
    lab.measure("stuck", fewest)
    if fewest:
        lab.find("mails_stuck", count=fewest, buyers=buyers)
    bench.settled(emails)


# -- the end ---------------------------------------------------------------------------------------

GROUPS = {
    "child": "lost_with_child",
    "worker": "lost_with_worker",
    "down": "lost_with_worker",
}
"""What a missing mail or invoice means, by the trial it was ordered in; else the day was quiet."""
TWICE = {
    "long": "twice_long_job",
    "first": "twice_delivered",
    "slow": "twice_delivered",
    "child": "twice_after_kill",
    "worker": "twice_after_kill",
}
"""What a mail or an invoice too many means."""


def _count(lab: Lab, bench: Bench) -> None:
    """Count mails and invoices of every order; tell each kind of fault once, with an example."""
    orders = bench.orders()
    lost, doubled, unserved = 0, 0, 0
    for group, emails in bench.groups.items():
        for email in emails:
            if email not in orders:
                lab.foul("order_not_written", email=email)
            order = orders[email]
            for job, count in order.counts.items():
                example = {"number": order.number, "job": job}
                if count == 0 and group in GROUPS:
                    lost += 1
                    _find_once(lab, GROUPS[group], **example)
                elif count > 1 and group in TWICE:
                    doubled += 1
                    _find_once(lab, TWICE[group], times=count, **example)
                elif count != 1:
                    unserved += 1
                    _find_once(lab, "wrong_count", count=count, **example)
        _compare(lab, bench, [orders[email] for email in emails])
    if "worker" in bench.groups:
        lab.measure("lost", lost)
        lab.measure("doubled", doubled)
    lab.measure("unserved", unserved)
    _not_for_nothing(lab, bench)


def _find_once(lab: Lab, id: str, **values: Any) -> None:
    if all(finding.id != id for finding in lab.findings):
        lab.find(id, **values)


def _feed(lab: Lab, bench: Bench) -> None:
    """Buy once more, alone: the feed must tell of it."""
    bench.buy("feed")
    bench.settled(bench.groups["feed"])
    slug = bench.slug()
    query = (
        "SELECT quantity FROM catalog_stock JOIN catalog_product AS product"
        " ON product.id = product_id WHERE slug = %s"
    )
    quantity = bench.shop.sql(query, [slug])[0][0]
    said = ""

    def is_told() -> bool:
        nonlocal said
        lines = bench.shop.get("/feed/stock.csv").text.splitlines()
        said = next((line.rsplit(",", 1)[1] for line in lines if line.startswith(f"{slug},")), "–")
        return said == str(quantity)

    if not lab.wait_until(is_told, timeout=PATIENCE, every=0.1):
        lab.foul("feed_stale", slug=slug, said=said, quantity=quantity)


def _flower(lab: Lab, bench: Bench) -> None:
    """Note whether anybody watches the workers."""
    if "flower" not in bench.shop.services:
        lab.find("no_flower")


def _still_a_shop(lab: Lab, bench: Bench) -> None:
    """Refuse a shop whose other forms broke: log in, look at the account, forget the token."""
    visitor = bench.shop.visitor()
    visitor.get("/login/")
    visitor.post("/login/", {"username": "gina", "password": "namaste"})
    account = visitor.get("/account/")
    if account.status != 200:
        lab.foul("shop_broken", what=f"/account/ after the login: {account.status}")
    slug = bench.slug()
    forged = visitor.post(f"/cart/add/{slug}/", {"quantity": "1", "csrfmiddlewaretoken": "x" * 64})
    if forged.status != 403:
        lab.foul("shop_broken", what=f"/cart/add/ with a forged token: {forged.status}")
    visitor.post(f"/cart/add/{slug}/", {"quantity": "1"})
    if slug not in visitor.get("/cart/").text:
        lab.foul("shop_broken", what="/cart/ without what was put in")
    visitor.close()


def _last_error(bench: Bench) -> str:
    """Return the last exception that a worker logged."""
    names = r"(?:Error|Exception|DoesNotExist|Lost)"
    pattern = re.compile(rf"^(?:[\w.]+\.)?\w*{names}\b.*", re.MULTILINE)
    for title in bench.workers:
        if found := pattern.findall(bench.shop.log(title)):
            return str(found[-1])[:160]
    return "–"


def _names(waiting: dict[str, int]) -> str:
    return ", ".join(sorted(waiting)) or "–"


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
    return [(c.laddr.port, c.raddr.port) for c in found if c.raddr and c.status == "ESTABLISHED"]
