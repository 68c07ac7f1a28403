"""Level 6: does the checkout answer before the work is done, and is all of it done exactly once?

Nothing here knows how the learner's tasks are called or cut. The post office is stopped, the bank
and the tax office keep silent for as long as we like (they are triggers in the shop's database,
ours during a run), workers and checkouts are killed, messages are delivered again. Then mails and
invoices are counted, and compared with what bank, tax office and warehouse wrote down.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil

if TYPE_CHECKING:
    from decimal import Decimal

    from tutor.lab import Lab
    from tutor.lab.footprint import Footprint
    from tutor.lab.orders import Order
    from tutor.lab.outsiders import Door

ANSWER = 5.0
"""Seconds a checkout may take while everybody behind it is closed."""
CAUGHT = 0.7
"""Seconds after which a web process that is seen at a closed door counts as waiting there."""
STAMP = 1.2
"""Seconds that a stamp takes, as the briefing says; the post office takes as long, once."""
EARLY = 1.5
"""Seconds for which a message that came too early is given the time to do harm."""
ENOUGH = 50
"""Pieces of a product that all buyers of a run together cannot buy."""
SOON = 2.0
"""Seconds within which a checkout that came to nothing must have left no trace."""
MAIL, INVOICE = "mail", "invoice"

RESTOCKED = "UPDATE catalog_stock SET quantity = 500 + floor(random() * 500)"

LINES = """
SELECT product.slug, line.price, line.quantity FROM orders_orderline AS line
  LEFT JOIN catalog_product AS product ON product.id = line.product_id
 WHERE line.order_id = %s ORDER BY 1
"""
BUYERS = """
SELECT orders.name, orders.address, coalesce(customer.username, '')
  FROM orders_order AS orders LEFT JOIN auth_user AS customer ON customer.id = orders.customer_id
 WHERE orders.id = %s
"""
ON_THE_SHELF = """
UPDATE catalog_stock SET quantity = %s
 WHERE product_id = (SELECT id FROM catalog_product WHERE slug = %s)
"""
NUMBER = re.compile(r"/order/([0-9a-f]{8})")
CUSTOMER = "gina"

WRITTEN = ("catalog_stock", "orders_order", "orders_orderline")
"""The tables that every checkout writes into."""


# -- the phases ------------------------------------------------------------------------------------


def check(lab: Lab) -> None:
    """See who waits for whom; in a full run, kill and repeat."""
    shop = lab.shop
    for needed in ("mail", "redis"):
        if needed not in shop.services:
            lab.foul("service_gone", service=needed)
    shop.sql(RESTOCKED)
    bench = _bench(lab)
    if bench.orders.outsiders.shut_out:
        lab.foul("outsiders_shut_out", error=bench.orders.outsiders.shut_out)
    with shop.broker.watch() as wire:
        if not _answers_first(lab, bench):
            return
        _ordinary(lab, bench, wire)
        _before_the_bank(lab, bench, wire)
        _sold_out(lab, bench)
        if lab.quick or lab.measures["too_early"]:
            _not_for_nothing(lab, bench)
            return
        first = wire.messages[: wire.count()]
        _crashes(lab, bench)
        _long_job(lab, bench)
        _killed_child(lab, bench)
        _killed_worker(lab, bench)
        _delivered_again(lab, bench, first)
        _behind_invoices(lab, bench)
    _survey(lab, bench)


def _survey(lab: Lab, bench: Bench) -> None:
    """Open every page; what is kept may be old until the caches are emptied, and no longer."""
    lab.survey(emptied=True)
    # Staff hid products, filled shelves and changed prices.
    bench.orders.settled([])
    bench.orders.outsiders.count_the_shelves()
    bench.choose()


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
    _hear_the_outsiders(lab, bench)
    _feed(lab, bench)
    _count(lab, bench)
    bench.orders.settled([])
    _check_the_shelves(lab, bench)
    left = bench.broker.left()
    lab.measure("left", left)
    if left:
        lab.find("left_over", count=left, queues=_names(bench.broker.waiting()))
    if bench.orders.ran_out:
        # Jobs were still being done, and there was no end to it.
        lab.too_noisy("lost", seconds=round(time.monotonic() - bench.began))
    _flower(lab, bench)


# -- the bench -------------------------------------------------------------------------------------


class Purchase(NamedTuple):
    """What somebody wants to buy, and what the order must say of it."""

    email: str
    name: str
    address: str
    lines: tuple[tuple[str, int], ...]
    """Slugs and pieces."""
    prices: tuple[Decimal, ...]
    """What a piece of each cost when it was bought."""
    user: str = ""
    """By which name they log in, if they do."""


class Bench:
    """What a run knows of the shop it tries."""

    def __init__(self, lab: Lab) -> None:
        shop = lab.shop
        self.lab = lab
        self.shop = shop
        self.began = time.monotonic()
        self.token = lab.token().lower()
        self.prices: dict[str, Decimal] = {}
        self.slugs: list[str] = []
        """What is on sale."""
        self.groups: dict[str, list[str]] = {}
        """Who bought what for which trial, by e-mail address."""
        self.purchases: dict[str, Purchase] = {}
        """What was bought, by the number of the order."""
        self.pages: dict[str, Purchase] = {}
        """What was bought, by the address at which the order can be seen."""
        self.refused: list[str] = []
        self.broker = shop.broker
        self.orders = lab.orders()
        self._buyer = Buyer(self)
        self._next = 0
        self.choose()

    def choose(self) -> None:
        """Learn what is on sale, and for how much."""
        cards = self.lab.shelves().all
        self.prices = {slug: card["price"] for slug, card in cards.items()}
        self.slugs = sorted(slug for slug, card in cards.items() if card["stock"] > ENOUGH)
        self.lab.random.shuffle(self.slugs)

    def email(self, group: str) -> str:
        """Return an address nobody had before."""
        self._next += 1
        return f"{group}-{self.token}-{self._next}@palace.example"

    def slug(self) -> str:
        """Return another product each time: two buyers of one thing wait for each other."""
        self._next += 1
        return self.slugs[self._next % len(self.slugs)]

    def purchase(self, group: str, lines: int = 1, **known: Any) -> Purchase:
        """Return somebody who wants *lines* different things; what is *known* of them is so."""
        chance = self.lab.random
        wanted = tuple((self.slug(), chance.randint(1, 3)) for _ in range(lines))
        address = f"{chance.randrange(100, 10**6)} Lotus Lane"
        fresh = {"email": self.email(group), "name": "Gina Caputo", "address": address}
        prices = tuple(self.prices[slug] for slug, _ in wanted)
        return Purchase(**{**fresh, "lines": wanted, "prices": prices, **known})

    def refuse(self, email: str) -> None:
        """Have the bank refuse *email*."""
        self.orders.refuse(email)
        self.refused.append(email)

    def buy(self, group: str, times: int = 1) -> None:
        """Buy something, *times* times; each must be answered with an order."""
        for _ in range(times):
            self.get(group, self.purchase(group), self._buyer)

    def get(self, group: str, purchase: Purchase, buyer: Buyer) -> str:
        """Have *buyer* buy; return where the order can be seen."""
        self.lab.cancel.check()
        status, location = buyer.buy(purchase)
        self.bought(group, purchase, status, location)
        return location[location.index("/order/") :]

    def bought(self, group: str, purchase: Purchase, status: int, location: str) -> None:
        """Note a purchase that succeeded; refuse a checkout that did not lead to an order."""
        if status != 302 or "/order/" not in location:
            self.lab.foul("checkout_fails", status=status, location=location or "–")
        self.groups.setdefault(group, []).append(purchase.email)
        if found := NUMBER.search(location):
            self.purchases[found[1].upper()] = purchase

    def everybody(self) -> list[str]:
        """Return everybody who bought something, as often as they did."""
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

    def __init__(self, bench: Bench, user: str = "") -> None:
        self._visitor = bench.shop.visitor(timeout=3 * ANSWER)
        self._user = user
        self._key = bench.lab.customers.key(user) if user else ("", "")
        self._ready = False

    def fill(self, lines: tuple[tuple[str, int], ...]) -> None:
        """Put so many pieces of each product into the cart."""
        if not self._ready:
            # For its form: there is a token on it.
            self._visitor.get("/login/")
            if self._user:
                username, password = self._key
                self._visitor.post("/login/", {"username": username, "password": password})
            self._ready = True
        for slug, pieces in lines:
            self._visitor.post(f"/cart/add/{slug}/", {"quantity": str(pieces)})

    def buy(self, purchase: Purchase) -> tuple[int, str]:
        """Buy; return the status and where the answer leads."""
        self.fill(purchase.lines)
        return self.check_out(purchase)

    def check_out(self, purchase: Purchase) -> tuple[int, str]:
        """Order what is in the cart; return the status and where the answer leads."""
        fields = {
            "name": purchase.name,
            "email": purchase.email,
            "address": purchase.address,
        }
        answer = self._visitor.post("/checkout/", fields)
        return answer.status, answer.headers.get("location", "")

    def has(self, lines: tuple[tuple[str, int], ...]) -> bool:
        """Return whether these things are in the cart."""
        cart = self._visitor.get("/cart/").text
        return all(slug in cart for slug, _ in lines)

    def hang_up(self) -> None:
        """Close the connection: on a new one nothing is sent a second time."""
        self._visitor.close()


class Checkout(threading.Thread):
    """A checkout that we may have to wait for."""

    def __init__(self, bench: Bench, purchase: Purchase) -> None:
        super().__init__(name="checkout", daemon=True)
        self.purchase = purchase
        self.email = purchase.email
        self.status, self.location = 0, ""
        self.error: Exception | None = None
        self.buyer = Buyer(bench)
        self.buyer.fill(purchase.lines)
        self.buyer.hang_up()

    def run(self) -> None:
        """Press the button; where no answer comes, it is noted why."""
        try:
            self.status, self.location = self.buyer.check_out(self.purchase)
        except Exception as error:  # noqa: BLE001 - told by whoever needs the answer
            self.error = error

    def finish(self) -> None:
        """Wait for the answer, which nobody holds back any more.

        Raises:
            Exception: why there was none.
        """
        self.join(4 * ANSWER)
        if self.error is not None:
            raise self.error


def _bench(lab: Lab) -> Bench:
    """Return the bench of this run: the same in every phase."""
    if not isinstance(bench := getattr(lab, "bench", None), Bench):
        bench = lab.bench = Bench(lab)  # type: ignore[attr-defined]
    return bench


# -- bronze: nobody waits for the paper ------------------------------------------------------------


def _answers_first(lab: Lab, bench: Bench) -> bool:
    """Close the post office and the tax office, and check out: the answer must come."""
    lab.step("closing")
    checkout = Checkout(bench, bench.purchase("first"))
    bench.orders.outsiders.take_time(checkout.email)
    with ExitStack() as post, ExitStack() as tax_office:
        post.enter_context(lab.shop.paused("mail"))
        tax_office.enter_context(bench.orders.tax_office.shut())
        checkout.start()
        place = _where_it_waits(lab, bench, checkout)
        answered = bool(checkout.status)
        # Who answers now waited for the tax office; a stamp takes its time from here on.
        tax_office.close()
        if answered:
            _quiet_day(lab, bench)
        elif not place:
            checkout.join(1.5)
            place = "stamp" if checkout.status else "somebody"
    checkout.join(2 * ANSWER)
    lab.measure("held_up", 0 if answered else 1)
    if answered:
        bench.bought("first", checkout.purchase, checkout.status, checkout.location)
        return True
    untouched = not lab.changed("")
    lab.find("waits" if untouched else f"still_waits_{place}", seconds=ANSWER)
    return False


def _where_it_waits(lab: Lab, bench: Bench, checkout: Checkout) -> str:
    """Wait for the answer; return at whose door a web process was seen for too long."""
    since: dict[str, float] = {}
    began = time.monotonic()
    while not checkout.status and checkout.is_alive():
        web = bench.web()
        seen = {"post": bench.orders.at_the_post(web), "stamp": bench.orders.at_the_tax_office(web)}
        for place, there in seen.items():
            if not there:
                since.pop(place, None)
            elif time.monotonic() - since.setdefault(place, time.monotonic()) > CAUGHT:
                return place
        waited = time.monotonic() - began
        # Who computes does not wait: on a busy machine that takes its time.
        if waited > 3 * ANSWER or (waited > ANSWER and bench.orders.are_idle(web)):
            break
        lab.cancel.wait(0.05)
    return ""


def _quiet_day(lab: Lab, bench: Bench) -> None:
    """Buy as people do, while the post office is as slow as it may be."""
    lab.step("ordinary")
    stands = bool(bench.orders.workers) and bench.orders.wait_for_post()
    since = time.monotonic()
    several = bench.purchase("first", lines=2)
    # Who is called the same, and who has nearly the same address, is somebody else.
    namesake = bench.purchase("first", email=several.email.replace("first", "First"))
    again = bench.purchase("first", email=several.email, name=several.name)
    customer = bench.purchase("first", user=CUSTOMER)
    stranger, known = Buyer(bench), Buyer(bench, CUSTOMER)
    for purchase in (several, namesake, again):
        bench.pages[bench.get("first", purchase, stranger)] = purchase
    bench.get("first", customer, known)
    if stands:
        lab.cancel.wait(max(0.0, since + STAMP - time.monotonic()))


def _ordinary(lab: Lab, bench: Bench, wire: Any) -> None:
    """See that what was ordered gets its mail and its invoice, once, and the right ones."""
    emails = bench.groups["first"]
    bench.orders.settled(emails)
    _hear_the_outsiders(lab, bench)
    orders = bench.orders.every(emails)
    _explain_what_is_missing(lab, bench, orders, wire)
    _compare(lab, bench, orders)
    _look_up(lab, bench)
    first = next(p for p in bench.purchases.values() if p.email == emails[-1])
    _read_the_feed(lab, bench, first.lines[0][0])
    unserved = [order for order in orders if set(order.counts.values()) != {1}]
    lab.measure("unserved", len(unserved))


def _look_up(lab: Lab, bench: Bench) -> None:
    """Open the pages of orders and their invoices, as whoever knows the address can."""
    visitor = bench.shop.visitor()
    for path, purchase in bench.pages.items():
        page = visitor.get(path)
        number = next(n for n, known in bench.purchases.items() if known is purchase)
        if page.status != 200 or number not in page.text:
            lab.foul("shop_broken", what=f"/order/: {page.status}, {number}")
        paper = visitor.get(f"{path}invoice.pdf")
        if paper.status != 200 or number not in _text_of(paper.body):
            lab.foul("shop_broken", what=f"/order/…/invoice.pdf: {paper.status}, {number}")
    visitor.close()


def _explain_what_is_missing(lab: Lab, bench: Bench, orders: list[Order], wire: Any) -> None:
    """Refuse a shop whose orders do not get what they are owed even on a quiet day."""
    emails = bench.groups["first"]
    if len(orders) < len(emails):
        there = {order.email for order in orders}
        lab.foul("order_not_written", email=next((e for e in emails if e not in there), emails[0]))
    without = [order for order in orders if not order.is_done]
    waiting = bench.broker.waiting()
    if not bench.orders.workers:
        _refuse_work_without_workers(lab, orders)
        lab.foul("no_worker", count=sum(waiting.values()))
    if not without:
        return
    if waiting and not bench.broker.taken():
        lab.foul("nobody_takes", count=sum(waiting.values()), queues=_names(waiting))
    order = without[0]
    job = MAIL if not order.mails else INVOICE
    error = bench.orders.last_error()
    slow = next((o for o in orders if o.email == emails[-1]), order)
    if job == INVOICE and not slow.invoices and any(o.invoices for o in orders):
        # It is missing where the stamp took as long as it does: whoever waited for it gave up.
        lab.foul("impatient", number=slow.number, seconds=STAMP, error=error)
    if _at_the_bank(lab, bench, wire, bench.purchase("early"))[1]:
        lab.find("published_early")
        lab.foul("read_before_commit", number=order.number, job=job, error=error)
    lab.foul(f"{job}_missing", number=order.number, error=error)


def _refuse_work_without_workers(lab: Lab, orders: list[Order]) -> None:
    """Refuse what was done for *orders* while no worker was running."""
    for order in orders:
        for job, count in order.counts.items():
            if count:
                lab.foul("without_worker", number=order.number, job=job)


def _compare(lab: Lab, bench: Bench, orders: list[Order]) -> None:
    """Refuse orders, mails and invoices that are not what was ordered."""
    numbers = {order.number for order in orders}
    for order in orders:
        purchase = bench.purchases.get(order.number)
        if purchase is not None:
            _compare_order(lab, bench, order, purchase)
        for mail in order.mails:
            if wrong := _what_is_wrong(mail, order, purchase, numbers - {order.number}):
                lab.foul("mail_wrong", number=order.number, what=wrong)
        query = "SELECT pdf FROM orders_invoice WHERE order_id = %s AND octet_length(pdf) > 0"
        for (pdf,) in bench.shop.sql(query, [order.key]):
            text = _text_of(bytes(pdf))
            if order.number not in text or any(n in text for n in numbers - {order.number}):
                lab.foul("invoice_wrong", number=order.number, size=len(pdf))


def _compare_order(lab: Lab, bench: Bench, order: Order, purchase: Purchase) -> None:
    """Refuse an order that is not what its buyer had in the cart and wrote into the form."""
    pairs = zip(purchase.lines, purchase.prices, strict=True)
    wanted = sorted((slug, price, pieces) for (slug, pieces), price in pairs)
    lines = bench.shop.sql(LINES, [order.key])
    if lines != wanted:
        said = ", ".join(f"{pieces} x {slug} EUR {price}" for slug, price, pieces in lines)
        lab.foul("order_wrong", number=order.number, what=said or "–")
    buyer = bench.shop.sql(BUYERS, [order.key])[0]
    user = lab.customers.key(purchase.user)[0] if purchase.user else ""
    if buyer != (purchase.name, purchase.address, user):
        lab.foul("order_wrong", number=order.number, what=", ".join(buyer))


def _what_is_wrong(
    mail: dict[str, Any], order: Order, purchase: Purchase | None, others: set[str]
) -> str:
    """Return what is wrong with the mail for *order*; nothing where it is the right one."""
    if mail["to"] != [order.email]:
        return f"to {', '.join(mail['to'])}"
    if f"{order.total:.2f}" not in mail["body"]:
        return f"no EUR {order.total:.2f}"
    if purchase and purchase.address not in mail["body"]:
        return f"no {purchase.address}"
    if strange := [number for number in others if number in mail["body"]]:
        return strange[0]
    return ""


def _text_of(pdf: bytes) -> str:
    """Return the text of *pdf*, roughly: enough to find a number; nothing where it is none."""
    if not pdf.startswith(b"%PDF"):
        return ""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(match[1]))
    return b"\n".join(parts).decode("latin-1")


# -- those outside ---------------------------------------------------------------------------------


def _hear_the_outsiders(lab: Lab, bench: Bench) -> None:
    """Compare what bank and tax office wrote down with what the shop stored."""
    outsiders = bench.orders.outsiders
    if off := outsiders.switched_off():
        lab.foul("outsider_switched_off", who=", ".join(off))
    if numbers := outsiders.unknown_to_the_bank():
        lab.foul("bank_not_asked", number=numbers[0], count=len(numbers))
    if numbers := outsiders.not_stamped():
        lab.foul("not_stamped", number=numbers[0], count=len(numbers))


def _check_the_shelves(lab: Lab, bench: Bench) -> None:
    """Refuse shelves that do not hold what all the orders left on them."""
    wrong: list[tuple[str, int, int]] = []

    def are_right() -> bool:
        nonlocal wrong
        wrong = bench.orders.outsiders.wrong_shelves()
        return not wrong

    # Somebody may be buying between two looks.
    if not lab.wait_until(are_right, timeout=SOON, every=0.2):
        slug, expected, quantity = wrong[0]
        lab.foul("shelf_wrong", slug=slug, expected=expected, quantity=quantity, count=len(wrong))


def _changes(lab: Lab, bench: Bench, before: Footprint) -> str:
    """Return what a checkout that came to nothing left behind; nothing where all is as before."""
    changes: list[str] = []

    def is_as_before() -> bool:
        nonlocal changes
        changes = before.changes(bench.orders.footprint())
        return not changes

    lab.wait_until(is_as_before, timeout=SOON, every=0.1)
    return ", ".join(changes)


# -- silver: nothing before the bank has said yes --------------------------------------------------


def _before_the_bank(lab: Lab, bench: Bench, wire: Any) -> None:
    """Hold the bank's answer back: until it comes, nobody may hear of the order."""
    lab.step("bank")
    purchase, broke = bench.purchase("slow", lines=2), bench.purchase("broke", lines=2)
    bench.refuse(broke.email)
    checkout, published = _at_the_bank(lab, bench, wire, purchase)
    bench.bought("slow", purchase, checkout.status, checkout.location)
    is_done = bench.orders.settled(bench.groups["slow"])
    is_early = bool(published)
    if published and is_done:
        is_early = not _talks_anyway(lab, wire, published)
    footprint = bench.orders.footprint()
    checkout, published_too = _at_the_bank(lab, bench, wire, broke)
    # Whoever talks all the time says nothing about this order.
    early = is_early + (bool(published_too) and (is_early or not published))
    if early:
        lab.find("published_early")
    lab.measure("too_early", early)
    _refuse_traces(lab, bench, checkout, footprint)
    if not is_done:
        order = bench.orders.every([purchase.email])[0]
        job = MAIL if not order.mails else INVOICE
        lab.foul(
            "read_before_commit", number=order.number, job=job, error=bench.orders.last_error()
        )


def _at_the_bank(lab: Lab, bench: Bench, wire: Any, purchase: Purchase) -> tuple[Checkout, int]:
    """Check out while the bank thinks; return what became of it, and how much was published."""
    bank, checkout = bench.orders.bank, Checkout(bench, purchase)
    before = wire.count()
    with bank.shut():
        checkout.start()
        _wait_at(lab, bank, checkout)
        if checkout.status:
            lab.foul("answered_too_soon")
        published = wire.count() - before
        if published:
            # Whoever looks for the order now must have looked before it is there.
            lab.wait_until(lambda: not bench.broker.left(), timeout=EARLY)
    checkout.finish()
    return checkout, published


def _wait_at(lab: Lab, door: Door, checkout: Checkout) -> None:
    """Wait until *checkout* stands at *door*, or is through with it without having come by."""
    came = lab.wait_until(lambda: door.waiting() or not checkout.is_alive(), timeout=3 * ANSWER)
    if not came:
        lab.too_noisy("too_early", seconds=3 * ANSWER)


def _talks_anyway(lab: Lab, wire: Any, published: int) -> bool:
    """Return whether as much is published while nobody buys, by somebody who looks by the clock."""
    before = wire.count()
    lab.cancel.wait(EARLY)
    alone = wire.count() - before
    return bool(alone) and published <= alone + 1


def _refuse_traces(lab: Lab, bench: Bench, checkout: Checkout, before: Footprint) -> None:
    """Refuse what a checkout that the bank said no to left behind."""
    if bench.orders.of([checkout.email]):
        lab.foul("bank_ignored", email=checkout.email)
    if what := _changes(lab, bench, before):
        lab.foul("refusal_leaves_traces", what=what)
    if not checkout.buyer.has(checkout.purchase.lines):
        lab.foul("cart_lost")


def _sold_out(lab: Lab, bench: Bench) -> None:
    """Have one of two things be gone at the last moment: then nothing at all is sold."""
    purchase, buyer = bench.purchase("gone", lines=2), Buyer(bench)
    buyer.fill(purchase.lines)
    slug, _ = purchase.lines[-1]
    quantity = bench.orders.footprint().shelves[slug]
    bench.shop.sql(ON_THE_SHELF, [0, slug])
    before = bench.orders.footprint()
    _, location = buyer.check_out(purchase)
    if "/order/" in location:
        lab.foul("oversold", slug=slug)
    if what := _changes(lab, bench, before):
        lab.foul("half_an_order", what=what)
    bench.shop.sql(ON_THE_SHELF, [quantity, slug])


def _not_for_nothing(lab: Lab, bench: Bench) -> None:
    """Count what was done for orders that the bank refused."""
    mails = [mail for mail in bench.shop.mails() if set(mail["to"]) & set(bench.refused)]
    if mails:
        lab.find("mail_for_nothing", email=mails[0]["to"][0], count=len(mails))
        lab.measure("too_early", lab.measures.get("too_early", 0) + len(mails))


# -- gold: all or nothing, and exactly once, whatever happens --------------------------------------


def _crashes(lab: Lab, bench: Bench) -> None:
    """Kill checkouts in the midst of what they write: all of it must be there, or nothing."""
    lab.step("crashing")
    orders = bench.orders
    for door in (*(orders.table(name) for name in WRITTEN), orders.bank):
        checkout = Checkout(bench, bench.purchase("crash", lines=2))
        before = orders.footprint()
        with door.shut():
            checkout.start()
            _wait_at(lab, door, checkout)
            if door.waiting():
                lab.kill(process.pid for process in bench.web())
                door.send_away()
        checkout.join(2 * ANSWER)
        if "/order/" in checkout.location:
            # It never came by here.
            bench.bought("crash", checkout.purchase, checkout.status, checkout.location)
        elif what := _changes(lab, bench, before):
            lab.foul("crash_leaves_traces", what=what)


def _long_job(lab: Lab, bench: Bench) -> None:
    """Have a job take longer than the broker waits: its message is handed out again meanwhile."""
    lab.step("long_job")
    with bench.orders.offices_closed():
        bench.buy("long")
        if not bench.orders.wait_for_work():
            return
        if bench.broker.hand_back():
            bench.orders.wait_until_still()
    bench.orders.settled(bench.groups["long"])


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
    _refuse_work_without_workers(lab, bench.orders.every(down))
    bench.orders.let_an_hour_pass()
    bench.broker.hand_back()
    bench.orders.revive()
    bench.orders.settled([*bench.groups["worker"], *down])


def _delivered_again(lab: Lab, bench: Bench, messages: list[tuple[str, bytes]]) -> None:
    """Deliver messages again that were done with an hour ago, to workers that are new, twice."""
    lab.step("repeating")
    bench.orders.let_an_hour_pass()
    for _ in range(2):
        for queue, message in messages:
            bench.broker.publish(queue, message)
        bench.orders.settled([])


def _behind_invoices(lab: Lab, bench: Bench) -> None:
    """Close the tax office alone: whatever waits there, mails must go out."""
    lab.step("stamping")
    buyers = 2 * bench.orders.slots() + 3
    with bench.orders.tax_office.shut():
        bench.buy("mails", buyers)
        emails = bench.groups["mails"]

        def stuck() -> int:
            mailed = sum(bool(order.mails) for order in bench.orders.every(emails))
            # An order whose own invoice is at the tax office may wait for it.
            return max(0, buyers - mailed - len(bench.orders.tax_office.waiting()))

        patience = bench.orders.patience()
        while (fewest := stuck()) and not patience.is_over(fewest, left=0):
            lab.cancel.wait(0.05)
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
    lost, doubled, unserved = 0, 0, 0
    for group, emails in bench.groups.items():
        orders = bench.orders.every(emails)
        if len(orders) < len(emails):
            there = {order.email for order in orders}
            email = next((e for e in emails if e not in there), emails[0])
            lab.foul("order_not_written", email=email)
        for order in orders:
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
        _compare(lab, bench, orders)
    if "worker" in bench.groups:
        lab.measure("lost", lost)
        lab.measure("doubled", doubled)
    lab.measure("unserved", unserved)
    _not_for_nothing(lab, bench)


def _feed(lab: Lab, bench: Bench) -> None:
    """Buy twice more, alone: the feed must tell of it."""
    purchase = bench.purchase("feed")
    bench.get("feed", purchase, Buyer(bench))
    bench.buy("feed")
    bench.orders.settled(bench.groups["feed"])
    _read_the_feed(lab, bench, purchase.lines[0][0])


def _read_the_feed(lab: Lab, bench: Bench, slug: str) -> None:
    """Refuse a feed that does not say how many pieces of *slug* are left."""
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

    patience = bench.orders.patience()
    while not is_told():
        if patience.is_over(said, left=bench.broker.left(), taken=bench.broker.taken()):
            lab.foul("feed_stale", slug=slug, said=said, quantity=quantity)
        lab.cancel.wait(0.1)


def _flower(lab: Lab, bench: Bench) -> None:
    """Note whether anybody watches the workers."""
    if "flower" not in bench.shop.services:
        lab.find("no_flower")


def _still_a_shop(lab: Lab, bench: Bench) -> None:
    """Refuse a shop whose other forms broke: log in, look at the account, forget the token."""
    visitor = bench.shop.visitor()
    visitor.get("/login/")
    username, password = lab.customers.key("gina")
    visitor.post("/login/", {"username": username, "password": password})
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
