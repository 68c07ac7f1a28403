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
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from tutor.lab import Lab
    from tutor.lab.orders import Order

ANSWER = 5.0
"""Seconds a checkout may take while everybody behind it is closed."""
CAUGHT = 0.7
"""Seconds after which a web process that is seen at a closed door counts as waiting there."""
PATIENCE = 3.0
"""Seconds without any news, and without any message left, after which a job counts as lost."""
LONGEST = 25.0
"""Seconds after which a mail counts as stuck although others still move."""
MAIL, INVOICE = "mail", "invoice"

RESTOCKED = "UPDATE catalog_stock SET quantity = 500 + floor(random() * 500)"

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
    shop.sql(RESTOCKED)
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
        example = lab.in_kinds(total.errors, total.failures)
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
    bench.orders.settled(bench.everybody())
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
        self.token = lab.token().lower()
        rows = shop.sql("SELECT slug FROM catalog_product WHERE is_live ORDER BY slug")
        self.slugs = [slug for (slug,) in rows]
        lab.random.shuffle(self.slugs)
        self.groups: dict[str, list[str]] = {}
        """Who bought what for which trial, by e-mail address."""
        self.refused: list[str] = []
        self.broker = shop.broker
        self.orders = lab.orders()
        self._buyer = Buyer(self)
        self._next = 0

    def email(self, group: str) -> str:
        """Return an address nobody had before."""
        self._next += 1
        return f"{group}-{self.token}-{self._next}@palace.example"

    def slug(self) -> str:
        """Return another product each time: two buyers of one thing wait for each other."""
        return self.slugs[self._next % len(self.slugs)]

    def refuse(self, email: str) -> None:
        """Have the bank refuse *email*."""
        self.orders.refuse(email)
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

    def web(self) -> list[psutil.Process]:
        """Return the processes that answer visitors."""
        pid = self.shop.pid("gunicorn")
        try:
            return psutil.Process(pid).children(recursive=True) if pid else []
        except psutil.Error:
            return []


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
        tax_office.enter_context(bench.orders.tax_office.shut())
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
        seen = {"post": bench.orders.at_the_post(web), "stamp": bench.orders.at_the_tax_office(web)}
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
    bench.orders.settled(bench.groups["first"])
    orders = bench.orders.all()
    _explain_what_is_missing(lab, bench, orders)
    _compare(lab, bench, [orders[email] for email in bench.groups["first"]])
    unserved = [e for e in bench.groups["first"] if set(orders[e].counts.values()) != {1}]
    lab.measure("unserved", len(unserved))


def _explain_what_is_missing(lab: Lab, bench: Bench, orders: dict[str, Order]) -> None:
    """Refuse a shop whose orders do not get what they are owed even on a quiet day."""
    absent = [email for email in bench.groups["first"] if email not in orders]
    if absent:
        lab.foul("order_not_written", email=absent[0])
    without = [order for email in bench.groups["first"] if not (order := orders[email]).is_done]
    waiting = bench.broker.waiting()
    if not bench.orders.workers:
        _refuse_work_without_workers(lab, [orders[email] for email in bench.groups["first"]])
        lab.foul("no_worker", count=sum(waiting.values()))
    if not without:
        return
    if waiting:
        lab.foul("nobody_takes", count=sum(waiting.values()), queues=_names(waiting))
    order = without[0]
    job = MAIL if not order.mails else INVOICE
    lab.foul(f"{job}_missing", number=order.number, error=bench.orders.last_error())


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
        with bench.orders.bank.shut():
            checkout.start()
            lab.wait_until(
                lambda c=checkout: bench.orders.bank.waiting() or c.status, timeout=ANSWER
            )
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
    if bench.refused[0] in bench.orders.all():
        lab.foul("bank_ignored", email=bench.refused[0])
    bench.orders.settled(bench.groups["slow"])
    order = bench.orders.all()[bench.groups["slow"][0]]
    if not order.is_done:
        job = MAIL if not order.mails else INVOICE
        lab.foul(
            "read_before_commit", number=order.number, job=job, error=bench.orders.last_error()
        )


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
    with bench.orders.offices_closed():
        bench.buy("long")
        if not bench.orders.wait_for_work():
            return
        before = _at_doors(bench)
        if handed := bench.broker.hand_back():
            lab.wait_until(
                lambda: not bench.broker.waiting() and _at_doors(bench) >= before + handed,
                timeout=0.8,
            )
    bench.orders.settled(bench.groups["long"])


def _at_doors(bench: Bench) -> int:
    """Return how many jobs stand somewhere: before a door, or behind a row another one has."""
    at_post = len(bench.orders.at_the_post(bench.orders.hands()))
    return (
        at_post + len(bench.orders.tax_office.waiting()) + int(bench.shop.sql(BEHIND_A_ROW)[0][0])
    )


def _killed_child(lab: Lab, bench: Bench) -> None:
    """Kill the processes that are in the middle of a job, as the kernel does when memory ends."""
    lab.step("killing_child")
    with bench.orders.offices_closed():
        bench.buy("child", 2)
        if not bench.orders.wait_for_work():
            return
        bench.orders.kill_children()
    bench.orders.revive()
    bench.orders.settled(bench.groups["child"])


def _killed_worker(lab: Lab, bench: Bench) -> None:
    """Kill the workers whole; go on selling; let an hour pass; start them again."""
    lab.step("killing_worker")
    with bench.orders.offices_closed():
        bench.buy("worker", 5)
        bench.orders.wait_for_work()
        for title in bench.orders.workers:
            bench.shop.kill(title)
        bench.orders.tax_office.send_away()
    bench.buy("down")
    _still_a_shop(lab, bench)
    down = bench.groups["down"]
    _refuse_work_without_workers(lab, [bench.orders.all()[email] for email in down])
    bench.broker.hand_back()
    bench.orders.revive()
    bench.orders.settled([*bench.groups["worker"], *down])


def _delivered_again(lab: Lab, bench: Bench, messages: list[tuple[str, bytes]]) -> None:
    """Deliver messages a second time that were done with long ago, to workers that are new."""
    lab.step("repeating")
    for queue, message in messages:
        bench.broker.publish(queue, message)
    lab.wait_until(lambda: not bench.broker.left(), timeout=PATIENCE)


def _behind_invoices(lab: Lab, bench: Bench) -> None:
    """Close the tax office alone: whatever waits there, mails must go out."""
    lab.step("stamping")
    buyers = 2 * bench.orders.slots() + 3
    with bench.orders.tax_office.shut():
        bench.buy("mails", buyers)
        emails = bench.groups["mails"]

        def stuck() -> int:
            orders = bench.orders.all()
            mailed = sum(bool(orders[e].mails) for e in emails)
            # An order whose own invoice is at the tax office may wait for it.
            return max(0, buyers - mailed - len(bench.orders.tax_office.waiting()))

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
    bench.orders.settled(emails)


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
    orders = bench.orders.all()
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
                    lab.find_once(GROUPS[group], **example)
                elif count > 1 and group in TWICE:
                    doubled += 1
                    lab.find_once(TWICE[group], times=count, **example)
                elif count != 1:
                    unserved += 1
                    lab.find_once("wrong_count", count=count, **example)
        _compare(lab, bench, [orders[email] for email in emails])
    if "worker" in bench.groups:
        lab.measure("lost", lost)
        lab.measure("doubled", doubled)
    lab.measure("unserved", unserved)
    _not_for_nothing(lab, bench)


def _feed(lab: Lab, bench: Bench) -> None:
    """Buy once more, alone: the feed must tell of it."""
    bench.buy("feed")
    bench.orders.settled(bench.groups["feed"])
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


def _names(waiting: dict[str, int]) -> str:
    return ", ".join(sorted(waiting)) or "–"
