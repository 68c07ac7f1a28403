"""Level 7: every earlier budget measured again, then the sale, and an accident in the midst of it.

The budgets are counted first, each on its own: statements, hits, who sees whose name, orders and
their paper, connections, CPU. Then visitors come in three steps, at rates measured out on this
machine with the reference shop, and something happens that nobody can prevent.
"""

from __future__ import annotations

import math
import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tutor.lab import Lab, Shop
    from tutor.lab.customers import Customer

FRONT = "/"
LIVE = 200
NEEDED = ("memcached", "redis", "mail")
"""Services whose work is counted."""

EVERYWHERE = "a"
"""What to search for where everything is to be found."""
ENOUGH = 12
"""Statements of a page that nobody asks about."""
VISITORS, VISITORS_QUICK = 16, 12
HITS = 60
"""Percent below which somebody should say why."""

ANSWER = 5.0
"""Seconds a checkout may take while everybody behind it is closed."""
PATIENCE = 3.0

READERS = 36
"""How many ask the warehouse at the same moment: more than gunicorn has threads."""
ASKED_BEFORE = 2
"""Products whose delivery is asked for before the warehouse changes its mind."""
WALK = 0.25
"""Seconds the warehouse takes over a question."""
RESERVED = 3
"""Connections that PostgreSQL keeps for superusers."""
OURS = 2
"""Connections that we hold while we look."""
HOGS = 3
"""Connections that the accountant's report sits on, within its own limit."""
TOO_MANY = "53300"
KILLED = "57P01"
CROWD_WAITS = 6.0
"""Seconds a reader waits."""
GATHERING = 10.0
"""Seconds in which all readers must stand at the door."""
HELD_UP = 1000
"""Milliseconds by which our own look at PostgreSQL may be late before nobody is to blame."""

TURNS = 7
"""How often each shop's turn comes to be measured."""
FEWEST_TURNS, COUNTING = 4, 16.0
"""How many turns will do after so many seconds."""
IDLE = 2.0
"""Seconds the shops are watched while nobody comes."""
CUSTOMERS, STRANGERS = 5, 6
"""How many customers and strangers come for each buyer."""
ASKED_OF_BUSIER = 0.6
"""What the reference's busier server has to do at the top of the sale: 1.0 is all it can."""
ROOM = 78
"""Percent of a server: the rest is for what nobody counted."""
CORES = 0.5
"""What a server counts as where this machine cannot hold it to anything."""
TRIES, EASIER = 2, 0.9
"""How often the sale is run where the machine, not the shop, seems to have failed; the second time
at this part of the rate."""
FEW = 8
"""Visitors who may still wait when the last one arrives."""
SATURATED = 90.0
LATE_MS = 400.0
"""Milliseconds by which visitors came too late: then it was the machine that had no time."""
SHORT = 5
"""Seconds of a sale that is lost before it begins."""
INCIDENTS = ("flush", "worker", "hogs")
HAPPENS = 0.45
"""Which part of the sale is over when it happens."""
STARTS = 1.5
"""Seconds until the first visitor comes: the load generator takes a moment."""

STOCKING = """
-- So that VACUUM, right after, finds rows whose commit is written down.
SET synchronous_commit = on;
SELECT setseed({seed});
UPDATE catalog_product SET name = name || ' ' || upper(substr(md5(random()::text), 1, 4)),
       price = round((5 + random() * 195)::numeric, 2), is_live = false;
UPDATE catalog_product SET is_live = true
 WHERE id IN (SELECT id FROM catalog_product ORDER BY random() LIMIT {live});
UPDATE catalog_stock SET quantity = 500 + floor(random() * 500);
SET session_replication_role = replica;
INSERT INTO catalog_review (product_id, author_name, stars, text, is_published, created_at)
SELECT product.id, 'Om', 1 + floor(random() * 5), 'In. Out.', random() < 0.02,
       now() - random() * interval '900 days'
  FROM catalog_product AS product
 CROSS JOIN LATERAL generate_series(1, {reviews} + floor(random() * {reviews} / 2)::int)
 WHERE product.is_live ORDER BY random();
SET session_replication_role = DEFAULT;
CREATE TABLE warehouse_book (page text);
INSERT INTO warehouse_book VALUES ('{page}');
DROP VIEW IF EXISTS warehouse_shelf;
CREATE VIEW warehouse_shelf AS
SELECT product.id AS product_id, {ships_on} AS ships_on, {dock} AS dock
  FROM catalog_product AS product, warehouse_book AS book, pg_sleep({walk}) AS walking;
GRANT SELECT ON warehouse_shelf TO shop;
"""
REVIEWS, REVIEWS_QUICK = 450, 40
"""How many at least a product has; a quick check does not ask what they cost."""
SHIPS_ON = "date '2031-01-01' + abs(hashtext('day' || product.id || book.page)) % 900"
DOCK = "upper(substr(md5('dock' || product.id || book.page), 1, 6))"
DELIVERIES = """
SELECT product.slug, ({ships_on})::text, {dock}
  FROM catalog_product AS product, warehouse_book AS book WHERE product.is_live ORDER BY random()
""".format(ships_on=SHIPS_ON, dock=DOCK)  # noqa: UP032 - ours, and an f-string looks like SQL injection
GUEST = """
DO $$ BEGIN
    CREATE ROLE accountant LOGIN PASSWORD 'lotus' CONNECTION LIMIT 3;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""
LIMITS = """
SELECT current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int,
       (SELECT rolsuper OR pg_has_role('shop', 'pg_signal_backend', 'member')
          FROM pg_roles WHERE rolname = 'shop')
"""
COOKIE = re.compile(r"(?m)^\s*([\w-]+)=")


class Scene:
    """What a run made up or found out; this module is loaded anew for each run."""

    def __init__(self) -> None:
        self.token = ""
        """In every address of a buyer of this run."""
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""
        self.pages: list[str] = []
        self.orders: Any = None
        self.groups: dict[str, list[str]] = {}
        """Who bought something in which trial, by e-mail address."""
        self.numbers = 0
        self.customers: list[dict[str, Any]] = []
        """Those who are logged in when the sale begins."""
        self.incident = ""


scene = Scene()


# -- the phases ------------------------------------------------------------------------------------


def prepare(lab: Lab) -> None:
    """Give everything names that nobody knows, and fill shelves and reviews."""
    lab.step("stocking")
    scene.token = lab.token()
    scene.incident = lab.random.choice(INCIDENTS)
    values = {
        "seed": lab.random.uniform(-1, 1),
        "page": f"{lab.random.randrange(16**8):08x}",
        "live": LIVE,
        "reviews": REVIEWS_QUICK if lab.quick else REVIEWS,
        "walk": WALK,
        "ships_on": SHIPS_ON,
        "dock": DOCK,
    }

    def stock(shop: Shop) -> None:
        shop.sql(STOCKING.format(**values))
        lab.customers.rename(shop)
        shop.sql("VACUUM ANALYZE")
        shop.sql("CHECKPOINT")

    lab.before_migrations(stock)


def check(lab: Lab) -> None:
    """Measure every budget of the season once more."""
    shop = lab.shop
    for needed in NEEDED:
        if needed not in shop.services:
            lab.foul("service_gone", service=needed)
    shop.sql(GUEST)
    _check_limits(lab)
    scene.orders = lab.orders()
    if scene.orders.outsiders.shut_out:
        lab.foul("outsiders_shut_out", error=scene.orders.outsiders.shut_out)
    _choose(lab)
    budgets = list(BUDGETS.items())
    if lab.quick:
        # Whoever mends something wants to know of that first.
        budgets.sort(key=lambda budget: lab.missed.isdisjoint(budget[0]))
    for _, measure_it in budgets:
        measure_it(lab)
    if not lab.quick:
        # With one worker each, as long as there is one.
        _cpu(lab)
        scene.customers = _customers(lab)
    _connections(lab)
    if not _is_lost(lab):
        _survey(lab)


def _survey(lab: Lab) -> None:
    """Open every page; what is kept may be old until the caches are emptied, and no longer."""
    lab.survey(emptied=True)
    # Staff hid products and filled shelves: from here on buyers come to others.
    scene.orders.settled([])
    scene.orders.outsiders.count_the_shelves()
    _choose(lab)


def _choose(lab: Lab) -> None:
    """Choose what is bought, and the pages that are looked at."""
    shop = lab.shop
    rows = shop.sql("SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()")
    scene.products = [(slug, name) for slug, name in rows]
    word = scene.products[-1][1].rpartition(" ")[2]
    slugs = [slug for (slug,) in shop.sql("SELECT slug FROM catalog_category ORDER BY random()")]
    scene.pages = [FRONT, f"/category/{slugs[0]}/", f"/search/?q={word}"]


def load(lab: Lab) -> None:
    """Open the doors."""
    _sale(lab)


def settle(lab: Lab) -> None:
    """Count what every buyer got, and look at the limits once more."""
    lab.step("counting")
    _count_paper(lab)
    _hear_the_outsiders(lab)
    if wrong := scene.orders.outsiders.wrong_shelves():
        slug, expected, quantity = wrong[0]
        lab.foul("shelf_wrong", slug=slug, expected=expected, quantity=quantity, count=len(wrong))
    if scene.orders.ran_out:
        # Jobs were still being done, and there was no end to it.
        lab.too_noisy("lost")
    _check_limits(lab)
    if not lab.measures.get("refusals"):
        # Where connections are short, whoever asks next may be refused too: that was said already.
        lab.refuse_kept(FRONT)


# -- level 1: statements ---------------------------------------------------------------------------


def _statements(lab: Lab) -> None:
    """Count the statements of the front page, change what it shows, put twice as much on it."""
    shop = lab.shop
    lab.step("statements")
    # A search for everything, too: where no card is dear alone, two hundred are.
    pages = (FRONT, scene.pages[1], f"/search/?q={EVERYWHERE}")
    few = {path: _ask(lab, path) for path in pages}
    queries = few[FRONT]
    lab.measure("queries", queries)
    for path in pages[:2]:
        lab.refuse_kept(path)
    live = [key for (key,) in shop.sql("SELECT id FROM catalog_product WHERE is_live")]
    shop.sql("UPDATE catalog_product SET is_live = true")
    many = {path: _ask(lab, path) for path in pages}
    shop.sql("UPDATE catalog_product SET is_live = id = ANY(%s)", [live])
    grown = {path: many[path] - few[path] for path in pages}
    worst = max(pages, key=lambda path: grown[path])
    lab.measure("slope", round(grown[worst] / LIVE, 3))
    if grown[worst] > 0 or queries > ENOUGH:
        _explain_statements(lab, worst if grown[worst] > 0 else FRONT)


def _explain_statements(lab: Lab, path: str) -> None:
    """Say which statement is repeated on the page at *path*, and by which line."""
    shop = lab.shop
    # What is kept asks for nothing.
    shop.empty_caches()
    trace = shop.trace(path)
    if trace.groups and (worst := trace.groups[0]).times > 1:
        lab.find(
            "repeats",
            statement=lab.brief_of(worst.statement),
            times=worst.times,
            file=worst.file,
            line=worst.line,
            code=worst.code,
        )
        return
    shop.empty_caches()
    with shop.counting() as statements:
        shop.page(path)
    lab.find("hidden_statements", path=path, counted=statements.count, seen=trace.seen)


def _ask(lab: Lab, path: str) -> int:
    """Return the statements of one page for which nothing was kept; refuse a wrong one."""
    shop = lab.shop
    shop.empty_caches()
    with shop.counting() as statements:
        text = shop.page(path).text
    if not path.startswith("/search/"):
        _compare(lab, path, lab.cards(text))
    return statements.count


def _compare(lab: Lab, path: str, cards: list[dict[str, str]]) -> None:
    """Refuse a page whose cards do not show what the database says; say first if it is kept."""
    expected = lab.shelves().of(path)
    shown = {card[""]: card for card in cards}
    if not _is_true(lab, expected, cards):
        # A page from before knows neither what is new nor what has gone: that is its fault then.
        lab.refuse_kept(path)
    missing = [slug for slug in expected if slug not in shown]
    if missing:
        example = expected[missing[0]]["name"]
        count = {"missing": len(missing), "expected": len(expected)}
        lab.foul("rows_missing", path=path, example=example, **count)
    if [card[""] for card in cards] != list(expected):
        lab.foul("wrong_order", path=path, shown=len(cards), expected=len(expected))
    for slug, card in expected.items():
        for field in lab.card_fields:
            said = shown[slug].get(field)
            if not lab.is_true(field, card.get(field), said):
                values = {"page": said or "–", "database": lab.in_words(field, card.get(field))}
                lab.foul("wrong_value", path=path, field=field, product=card["name"], **values)


def _is_true(lab: Lab, expected: dict[str, Any], cards: list[dict[str, str]]) -> bool:
    """Return whether *cards* are those that are expected, in order, and tell the truth."""
    return [card[""] for card in cards] == list(expected) and all(
        lab.is_true(field, expected[card[""]].get(field), card.get(field))
        for card in cards
        for field in lab.card_fields
    )


# -- level 3: hits ---------------------------------------------------------------------------------


def _hits(lab: Lab) -> None:
    """Count in how many of 100 visits of strangers PostgreSQL was not asked for products."""
    shop = lab.shop
    lab.step("hits")
    slugs = [slug for (slug,) in shop.sql("SELECT slug FROM catalog_category ORDER BY random()")]
    pages, asked = (FRONT, *(f"/category/{slug}/" for slug in slugs[:2])), {}
    shop.empty_caches()
    for path in pages:
        with shop.counting() as cold:
            lab.customer().see(path)
        asked[path] = max(1, lab.asked_for_products(cold.texts))
    visits, renders = 0, Counter[str]()
    many = VISITORS_QUICK if lab.quick else VISITORS
    shop.empty_caches()
    for path in pages:
        with shop.counting() as statements:
            for _ in range(many):
                text = lab.customer().see(path)
        _compare(lab, path, lab.cards(text))
        visits += many
        made = math.ceil(lab.asked_for_products(statements.texts) / asked[path])
        renders[path] = min(many, made)
    rate = math.floor(1000 * (1 - renders.total() / visits)) / 10
    lab.measure("hit_rate", rate)
    if rate < HITS:
        _explain_misses(lab, renders.most_common(1)[0][0])


def _explain_misses(lab: Lab, path: str) -> None:
    """Say at which door the page at *path* was turned away."""
    shop = lab.shop
    shop.empty_caches()
    bare = _comes_again(lab, path, {})
    # The same cookies both times: a page for each visitor is one that is kept, too.
    own = _comes_again(lab, path, {"_ga": f"GA1.1.{lab.token()}", "_gid": f"GA1.1.{lab.token()}"})
    again = shop.page(path)
    if own:
        lab.find("one_each", path=path, vary=again.headers.get("vary", "–"))
    elif bare:
        lab.find("bare_only", path=path)
    elif names := COOKIE.findall(again.headers.get("set-cookie", "")):
        lab.find("never_kept", path=path, cookies=", ".join(sorted(set(names))))
    else:
        lab.find("not_kept", path=path, control=again.headers.get("cache-control", "–"))


def _comes_again(lab: Lab, path: str, cookies: dict[str, str]) -> bool:
    """Return whether somebody with *cookies* is given the page at *path* that was kept for them."""
    visitor = lab.shop.visitor()
    visitor.cookies |= cookies
    visitor.get(path)
    visitor.cookies |= cookies
    with lab.shop.counting() as statements:
        visitor.get(path)
    return not lab.asked_for_products(statements.texts)


# -- level 4: names --------------------------------------------------------------------------------


def _names(lab: Lab) -> None:
    """Count who is shown a name, a cart, a message or a cookie that is not theirs."""
    shop = lab.shop
    lab.step("names")
    people = _arrive(lab)
    wrong = 0
    for first, pages in (("gina", scene.pages), ("nobody", scene.pages[1:])):
        shop.empty_caches()
        others = [name for name in people if name != first]
        for path in pages:
            lab.random.shuffle(others)
            if first == "gina":
                people["gina"].must_be_greeted(path)
            wrong += sum(_is_wrong(lab, people[name], path) for name in (first, *others))
    if not wrong:
        # Where pages are mixed up already, messages are too.
        wrong += _messages(lab, people) + _one_more(lab, people) + _log_out(lab, people)
    for cookie, path in lab.customers.borrowed[:1]:
        lab.find_once("borrowed", cookie=cookie, path=path)
    lab.measure("misplaced", wrong + len(lab.customers.borrowed))


def _arrive(lab: Lab) -> dict[str, Customer]:
    """Let people log in and fill their carts; refuse a shop in which that fails."""
    people = {user: lab.customer(user) for user in ("gina", "asha", "lotte")}
    people[""] = lab.customer()
    # Two have one first name, and other two as much in their carts: what is kept by either is kept
    # for both.
    some, others = lab.random.sample(range(11, 40), 2)
    numbers = iter((some, some, others, others))
    for person in people.values():
        if person.user == "lotte":
            person.come_back()
        elif person.user:
            person.log_in()
        person.fill_cart(*scene.products.pop(), next(numbers))
    people["nobody"] = lab.customer()
    lab.customer().forge(scene.products[-1][0])
    return people


def _is_wrong(lab: Lab, guest: Customer, path: str) -> bool:
    """Return whether *guest* reads somebody else's name or cart, or not their own."""
    text = guest.see(path)
    if user := lab.customers.mistaken_for(guest, text):
        is_page = lab.customers.tokens[user] in guest.last.text and "age" in guest.last.headers
        whose = lab.customers.name(user)
        finding = "kept_page" if is_page else "kept_part"
        lab.find_once(finding, who=guest.called, path=path, whose=whose)
        return True
    if guest.token not in text:
        lab.find_once("nobody_again", name=guest.called, path=path)
        return True
    carts = guest.carts_in(text)
    if guest.pieces in (carts or [0]):
        return False
    shown = carts[0] if carts else 0
    lab.find_once("wrong_cart", who=guest.called, path=path, pieces=guest.pieces, shown=shown)
    return True


def _one_more(lab: Lab, people: dict[str, Customer]) -> int:
    """Return how many do not see at once that there is more in their cart."""
    wrong = 0
    for guest, path in ((people["gina"], FRONT), (people[""], scene.pages[1])):
        guest.see(path)
        guest.buy(scene.products.pop()[0], 2)
        guest.get("/cart/")  # the message is read there
        wrong += _is_wrong(lab, guest, path)
    return wrong


def _messages(lab: Lab, people: dict[str, Customer]) -> int:
    """Return how many read a message that was not for them, or twice what was."""
    echoes, path = 0, scene.pages[1]
    for guest in (people["asha"], people[""]):
        slug, product = scene.products.pop()
        guest.buy(slug, 1)
        message = f"{product} is in your cart"
        others = (people["gina"], people["nobody"], lab.customer())
        echoes += lab.customers.echoes(message, path, guest, others)
    return echoes


def _log_out(lab: Lab, people: dict[str, Customer]) -> int:
    """Return how many still see a name after its owner has left, the owner included."""
    asha, path = people["asha"], scene.pages[1]
    asha.see(path)
    asha.log_out()
    guests = (asha, people["nobody"], lab.customer(), people["gina"])
    return sum(_is_wrong(lab, guest, path) for guest in guests)


# -- level 6: paper --------------------------------------------------------------------------------


def _paper(lab: Lab) -> None:
    """See who waits for whom, and what is done for orders whatever dies meanwhile."""
    orders = scene.orders
    lab.step("paper")
    with orders.broker.watch() as wire:
        _before_the_bank(lab, wire)
        before = wire.count()
        if not _answers_first(lab):
            return
        first = wire.messages[before : wire.count()]
    _hear_the_outsiders(lab)
    if lab.quick or lab.measures["too_early"]:
        return
    _behind_invoices(lab)
    lab.step("killing")
    _delivered_late(lab)
    with orders.offices_closed():
        _buy(lab, "child", 2)
        if orders.wait_for_work():
            orders.kill_children()
    orders.revive()
    _web_dies(lab)
    # Who only noted somewhere for a while what is done has forgotten it.
    orders.let_an_hour_pass()
    for queue, message in first:
        orders.broker.publish(queue, message)
    orders.settled([*scene.groups["child"], *scene.groups["web"], *scene.groups["late"]])


def _answers_first(lab: Lab) -> bool:
    """Close the post office and the tax office, and check out: the answer must come."""
    orders = scene.orders
    checkout = Checkout(lab, "first")
    with orders.offices_closed():
        checkout.start()
        lab.wait_until(lambda: checkout.status, timeout=ANSWER)
        answered = bool(checkout.status)
    lab.measure("held_up", 0 if answered else 1)
    if not answered:
        lab.find("waits", seconds=ANSWER)
        return False
    checkout.finish()
    checkout.note("first")
    _buy(lab, "first", 1)
    emails = scene.groups["first"]
    orders.settled(emails)
    found = orders.of(emails)
    for email in emails:
        if email not in found:
            lab.foul("order_not_written", email=email)
        # What was published too early may have been looked for too early: that was said already.
        if not found[email].is_done and not lab.measures["too_early"]:
            job = "mail" if not found[email].mails else "invoice"
            waiting = orders.broker.waiting()
            if waiting:
                lab.foul("nobody_takes", count=sum(waiting.values()), queues=", ".join(waiting))
            number, error = found[email].number, orders.last_error()
            lab.foul("paper_missing", number=number, job=job, error=error)
    return True


def _before_the_bank(lab: Lab, wire: Any) -> None:
    """Hold the bank's answer back: until it comes, nobody may hear of the order."""
    orders = scene.orders
    lab.step("bank")
    checkout = Checkout(lab, "broke")
    orders.refuse(checkout.email)
    footprint = orders.footprint()
    before = wire.count()
    with orders.bank.shut():
        checkout.start()
        lab.wait_until(lambda: orders.bank.waiting() or checkout.status, timeout=ANSWER)
        if checkout.status:
            lab.foul("answered_too_soon")
        early = wire.count() - before
        if early:
            lab.wait_until(lambda: not orders.broker.left(), timeout=1.0)
    checkout.finish()
    if checkout.email in orders.of([checkout.email]):
        lab.foul("bank_ignored", email=checkout.email)
    if traces := footprint.changes(orders.footprint()):
        lab.foul("refusal_leaves", email=checkout.email, what=", ".join(traces))
    thanked = sum(checkout.email in mail["to"] for mail in lab.shop.mails())
    lab.measure("too_early", early + thanked)
    if early or thanked:
        lab.find("published_early", count=early)


def _hear_the_outsiders(lab: Lab) -> None:
    """Compare what bank and tax office wrote down with what the shop stored."""
    outsiders = scene.orders.outsiders
    if off := outsiders.switched_off():
        lab.foul("outsider_switched_off", who=", ".join(off))
    if numbers := outsiders.unknown_to_the_bank():
        lab.foul("bank_not_asked", number=numbers[0], count=len(numbers))
    if numbers := outsiders.not_stamped():
        lab.foul("not_stamped", number=numbers[0], count=len(numbers))


def _behind_invoices(lab: Lab) -> None:
    """Close the tax office alone: whatever waits there, mails must go out."""
    orders = scene.orders
    lab.step("stamping")
    buyers = 2 * orders.slots() + 3
    fewest, since = buyers + 1, time.monotonic()
    with orders.tax_office.shut():
        _buy(lab, "mails", buyers)
        emails = scene.groups["mails"]

        def is_over() -> bool:
            nonlocal fewest, since
            mailed = sum(bool(order.mails) for order in orders.of(emails).values())
            # An order whose own invoice is at the tax office may wait for it.
            stuck = max(0, buyers - mailed - len(orders.tax_office.waiting()))
            if stuck < fewest:
                fewest, since = stuck, time.monotonic()
            return not fewest or time.monotonic() - since > PATIENCE

        lab.wait_until(is_over, timeout=15, every=0.05)
    lab.measure("stuck", fewest)
    if fewest:
        lab.find("mails_stuck", count=fewest, buyers=buyers)
    orders.settled(emails)


def _delivered_late(lab: Lab) -> None:
    """Have a job take longer than the broker waits: its message is handed out again meanwhile."""
    orders = scene.orders
    with orders.offices_closed():
        _buy(lab, "late")
        if orders.wait_for_work() and orders.broker.hand_back():
            lab.wait_until(lambda: not orders.broker.waiting(), timeout=0.8)
    orders.settled(scene.groups["late"])


def _web_dies(lab: Lab) -> None:
    """Kill gunicorn's processes while paper waits: what only they know of dies with them."""
    orders = scene.orders
    with orders.offices_closed():
        _buy(lab, "web")
        orders.wait_for_work()
        web = psutil.Process(lab.shop.pid("gunicorn")).children(recursive=True)
        lab.kill(process.pid for process in web)


class Checkout(threading.Thread):
    """A checkout that we may have to wait for."""

    def __init__(self, lab: Lab, group: str) -> None:
        super().__init__(name="checkout", daemon=True)
        self.lab = lab
        self.email = _email(group)
        self.status, self.location = 0, ""
        self.error: Exception | None = None
        """What kept the answer from coming."""
        self._person = lab.person()
        self._person.add(_slug(lab), form="/login/")

    def run(self) -> None:
        """Press the button; where no answer comes, note why."""
        try:
            answer = self._person.check_out("Gina Caputo", self.email, "1 Lotus Lane")
        except Exception as error:  # noqa: BLE001 - told by whoever waits, in another thread
            self.error = error
        else:
            self.location = answer.headers.get("location", "")
            self.status = answer.status

    def finish(self) -> None:
        """Wait for the answer.

        Raises:
            ShopError: none came, though nobody held it back any more.
        """
        if self.ident:
            # Two pages, each of which gives up in its own time.
            self.join(2 * ANSWER + 2 * self._person.visitor.patience)
        if self.error is not None:
            raise self.error
        if self.is_alive():
            self.lab.foul("checkout_fails", status=0, location="–")

    def note(self, group: str) -> None:
        """Note the purchase; refuse a checkout that did not lead to an order."""
        if self.status != 302 or "/order/" not in self.location:
            self.lab.foul("checkout_fails", status=self.status, location=self.location or "–")
        scene.groups.setdefault(group, []).append(self.email)


def _buy(lab: Lab, group: str, times: int = 1) -> None:
    """Buy something, *times* times; each must be answered with an order."""
    for _ in range(times):
        lab.cancel.check()
        checkout = Checkout(lab, group)
        checkout.run()
        checkout.finish()
        checkout.note(group)


def _email(group: str) -> str:
    """Return an address nobody had before."""
    scene.numbers += 1
    return f"{group}-{scene.token}-{scene.numbers}@palace.example".lower()


def _slug(lab: Lab) -> str:
    """Return another product each time: two buyers of one thing wait for each other."""
    return scene.products[scene.numbers % len(scene.products)][0]


LOST = {"child": "lost_with_child", "web": "lost_with_web", "sale": "lost_in_sale"}
"""What a missing mail or invoice means, by the trial it was ordered in."""


def _count_paper(lab: Lab) -> None:
    """Count every mail and every invoice; tell each kind of fault once, with an example."""
    if lab.measures.get("held_up") != 0:
        return
    orders = scene.orders
    orders.revive()
    if scene.incident == "worker":
        orders.broker.hand_back()
    emails = [email for group in scene.groups.values() for email in group]
    orders.settled(emails)
    found = orders.of(emails)
    lost = doubled = 0
    for group, members in scene.groups.items():
        for email in members:
            if email not in found:
                lab.foul("order_not_written", email=email)
            for job, count in found[email].counts.items():
                example = {"number": found[email].number, "job": job}
                if count == 0:
                    lost += 1
                    lab.find_once(LOST.get(group, "lost_in_sale"), **example)
                elif count > 1:
                    doubled += 1
                    lab.find_once("done_twice", times=count, **example)
    lab.measure("lost", lost)
    lab.measure("doubled", doubled)
    left = orders.broker.left()
    lab.measure("left", left)
    if left:
        lab.find("left_over", count=left, queues=", ".join(orders.broker.waiting()) or "–")


BUDGETS = {
    ("queries", "slope"): _statements,
    ("hit_rate",): _hits,
    ("misplaced",): _names,
    ("too_early", "held_up"): _paper,
}
"""By measures: what measures them, each on its own and with one worker."""


# -- level 5: connections --------------------------------------------------------------------------


def _check_limits(lab: Lab) -> None:
    """Refuse more connections than the level gives."""
    limit, reserved, mighty = lab.shop.sql(LIMITS)[0]
    given = lab.level.machine.max_connections
    if limit != given or reserved != RESERVED or mighty:
        lab.foul("limit_changed", limit=limit, given=given)


@contextmanager
def _hogs(lab: Lab) -> Iterator[None]:
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


def _connections(lab: Lab) -> None:
    """Have many ask the warehouse at the same moment, and count connections."""
    shop = lab.shop
    lab.step("crowding", readers=READERS)
    shop.full_strength()
    truth = _ask_the_warehouse(lab)
    crowd = Crowd(lab, truth)
    with _hogs(lab), shop.counting() as log, lab.sessions(measure="peak") as sessions:
        try:
            crowd.come()
        except threading.BrokenBarrierError:
            lab.too_noisy("unanswered", held_up_ms=round(1000 * GATHERING))
            return
    lab.measure("peak", max(sessions.peak, lab.measures.get("peak", 0)))
    refused, problems = log.problems[TOO_MANY], crowd.problems
    lab.measure("refusals", refused)
    lab.measure("unanswered", sum(problems.values()))
    if sessions.mighty:
        lab.foul("superuser")
    if log.problems[KILLED]:
        lab.foul("backends_killed", count=log.problems[KILLED])
    if problems["not what the warehouse says"]:
        lab.foul("wrong_delivery", count=problems["not what the warehouse says"])
    if refused:
        settings = shop.site.plan.of("gunicorn")
        workers, threads = shop.site.workers, settings.get("threads", 1)
        free = lab.level.machine.max_connections - RESERVED - OURS - HOGS
        lab.find(
            "slots_used_up",
            count=refused,
            message=log.examples[TOO_MANY],
            workers=workers,
            threads=threads,
            wanted=sessions.peak,
            free=free,
        )
    elif problems:
        if sessions.held_up_ms > HELD_UP:
            lab.too_noisy("unanswered", held_up_ms=round(sessions.held_up_ms))
            return
        example = lab.in_kinds(problems)
        lab.find("unanswered", count=sum(problems.values()), example=example, peak=sessions.peak)


def _ask_the_warehouse(lab: Lab) -> dict[str, tuple[str, str]]:
    """Return what readers must be told, by slug; the first of them were told otherwise before."""
    shop = lab.shop
    slugs = [slug for slug, _, _ in shop.sql(DELIVERIES)]
    for slug in slugs[:ASKED_BEFORE]:
        shop.page(f"/product/{slug}/delivery/")
    shop.sql("UPDATE warehouse_book SET page = %s", [lab.token()])
    said = {slug: (day, dock) for slug, day, dock in shop.sql(DELIVERIES)}
    return {slug: said[slug] for slug in slugs}


class Crowd:
    """Readers who all ask the warehouse at the same moment."""

    def __init__(self, lab: Lab, truth: dict[str, tuple[str, str]]) -> None:
        self.shop = lab.shop
        self.truth = truth
        self.problems: Counter[str] = Counter()
        self._together = threading.Barrier(READERS)
        self._lock = threading.Lock()

    def come(self) -> None:
        """Let them all ask, and wait for their answers.

        Raises:
            BrokenBarrierError: this machine could not bring them together.
        """
        slugs = (list(self.truth) * READERS)[:READERS]
        with ThreadPoolExecutor(READERS) as pool:
            # Each has a limit of its own; what goes wrong in a thread goes wrong here.
            list(pool.map(self._ask, slugs))

    def _ask(self, slug: str) -> None:
        visitor = self.shop.visitor(timeout=CROWD_WAITS)
        self._together.wait(GATHERING)
        try:
            response = visitor.get(f"/product/{slug}/delivery/")
            problem = "" if response.status == 200 else f"status {response.status}"
            text = response.text
        except Exception:  # noqa: BLE001 - whatever it is, no answer came
            problem, text = f"no answer within {CROWD_WAITS:g} s", ""
        if not problem and not all(word in text for word in self.truth[slug]):
            problem = "not what the warehouse says"
        visitor.close()
        if problem:
            with self._lock:
                self.problems[problem] += 1


# -- level 2: CPU ----------------------------------------------------------------------------------


class Regulars:
    """Those who come to a shop to be counted: a few customers, strangers, a buyer."""

    def __init__(self, lab: Lab, shop: Shop, paths: list[str]) -> None:
        self.lab = lab
        self.shop = shop
        self.paths = paths
        self.orders = scene.orders if shop is lab.shop else lab.orders(shop)
        self.customer = lab.person(shop)
        self.customer.log_in(*lab.customers.key("gina"))
        self.stranger = lab.person(shop)
        self.buyer = lab.person(shop)
        self.bought: list[str] = []
        self.is_patient = True

    def come(self, chance: random.Random) -> None:
        """Do what the sale's visitors do, once each, and wait for the paper."""
        for path in chance.choices(self.paths, k=CUSTOMERS):
            self.customer.get(path)
        for path in chance.choices([FRONT, *self.paths], k=STRANGERS):
            self.stranger.get(path)
        email = _email("count")
        self.buyer.add(_slug(self.lab), form="/login/")
        self.buyer.check_out("Asha", email, "2 Lotus Lane")
        self.bought.append(email)
        if self.is_patient:
            # Once is enough to learn that some paper never comes.
            self.is_patient = self.orders.settled([email])


def _cpu(lab: Lab) -> None:
    """Work out how much of each server the sale asks for, and how many it may send."""
    shop, healthy = lab.shop, lab.healthy
    lab.step("costing")
    paths = list(lab.shelves().by_path)
    regulars = [Regulars(lab, one, paths) for one in (healthy, shop)]
    seeds = [lab.random.randrange(2**32) for _ in range(TURNS + 1)]

    def visit(turn: int, place: int) -> None:
        lab.cancel.check()
        regulars[place].come(random.Random(seeds[turn]))  # noqa: S311 - twice the same

    for regular in regulars:
        # Whoever has just begun needs longer.
        for path in [FRONT, *paths]:
            regular.stranger.get(path)
            regular.customer.get(path)
    visit(TURNS, 0)
    visit(TURNS, 1)
    began = time.monotonic()

    def enough(costs: Any) -> bool:
        # Paper that takes its time is waited for in each turn, and learners are waiting, too.
        return len(costs.turns) >= FEWEST_TURNS and time.monotonic() - began > COUNTING

    costs = lab.costs([healthy, shop], visit, turns=TURNS, idle=IDLE, enough=enough)
    scene.groups.setdefault("count", []).extend(regulars[1].bought)
    parts, mine = costs.parts(0), costs.parts(1)
    busier = max(sum(parts.get(s, 0.0) for s in services) for services in healthy.servers.values())
    asked = {
        server: round(100 * ASKED_OF_BUSIER / busier * sum(mine.get(s, 0.0) for s in services), 1)
        for server, services in shop.servers.items()
    }
    usual = costs.usual(0)
    rate = _cores(shop) * ASKED_OF_BUSIER / busier / sum(usual.values())
    visits = 1 + CUSTOMERS + STRANGERS
    lab.plan = replace(lab.plan, rate=round(rate * visits, 2))
    lab.measure("asked", max(asked.values()))
    lab.measure("asked_by_server", asked)
    lab.measure("rate", round(rate * visits, 1))
    lab.measure("visit_ms", round(1000 * sum(costs.usual(1).values()) / visits, 1))
    if max(asked.values()) > ROOM:
        _explain_work(lab, asked, parts, mine, regulars)
    # It has connections too, and there are not many.
    lab.put_away(healthy)


def _cores(shop: Shop) -> float:
    return shop.cores(next(iter(shop.servers))) or CORES


def _explain_work(
    lab: Lab,
    asked: dict[str, float],
    parts: dict[str, float],
    mine: dict[str, float],
    regulars: list[Regulars],
) -> None:
    """Say which server has too much to do, and what it does that the reference does not."""
    shop = lab.shop
    busiest = max(asked, key=lambda server: asked[server])
    services = shop.servers[busiest]
    if "postgres" in services and len(services) > 1:
        lab.find("crowded", server=busiest, asked=asked[busiest], services=", ".join(services))
    path = regulars[0].paths[0]
    shapes = []
    for regular in regulars:
        with regular.shop.counting() as statements:
            regular.customer.get(path)
        shapes.append(Counter(lab.shape_of(text) for text in statements.texts))
    new = [shape for shape in shapes[1] - shapes[0] if lab.asked_for_products([shape])]
    grown = {service: cost - parts.get(service, 0.0) for service, cost in mine.items()}
    heavier = max(grown, key=lambda service: grown[service])
    times = mine[heavier] / parts[heavier] if heavier in parts else 1.0
    if new and times > 1.3:
        statement = lab.brief_of(new[0])
        lab.find("new_work", service=heavier, times=round(times, 1), statement=statement)
    elif "postgres" not in services or len(services) == 1:
        lab.find("heavier", server=busiest, asked=asked[busiest], service=heavier)


# -- the sale --------------------------------------------------------------------------------------


def _sale(lab: Lab) -> None:
    """Let visitors in, in three steps; in the last but one something happens."""
    shop = lab.shop
    if lab.measures.get("held_up") != 0:
        return
    lost = _is_lost(lab)
    if lost:
        lab.plan = replace(lab.plan, seconds=SHORT)
    shop.full_strength()
    for tries_left in reversed(range(1 if lost else TRIES)):
        lab.step("sale", rate=round(lab.plan.rate), seconds=lab.plan.seconds)
        with lab.draft() as draft:
            sale = _open_doors(lab, lost)
            if not (tries_left and sale.may_be_the_machine):
                break
            # Nobody was wronged, some only waited: that sale never was. But its orders are owed
            # their paper, and the connections it took were taken.
            peak = lab.measures["peak"]
            draft.discard()
            lab.measures["peak"] = peak
        lab.plan = replace(lab.plan, rate=round(lab.plan.rate * EASIER, 2))
    if sale.backlog > FEW and sale.late_ms > LATE_MS:
        lab.too_noisy("backlog", late_ms=round(sale.late_ms))


class Sale(NamedTuple):
    """How one sale went."""

    wrong: int
    """Answers that were wrong, visitors refused by PostgreSQL included."""
    backlog: int
    late_ms: float
    """By how many milliseconds visitors came too late."""
    asked: float
    """Percent of the busiest server, by what a visit costs."""
    busiest: float
    """Percent of it that was used."""

    @property
    def may_be_the_machine(self) -> bool:
        """Whether visitors waited although, by what a visit costs, the servers can do it.

        A server that was not full, of a machine that kept its times, was not what they waited for.
        """
        waited = not self.wrong and self.backlog > FEW and self.asked <= ROOM
        return waited and (self.busiest >= SATURATED or self.late_ms > LATE_MS)


def _is_lost(lab: Lab) -> bool:
    """Return whether a budget is missed already: then the sale only shows what that means."""
    goals = [goal for goal in lab.level.goals if goal.medal == "bronze"]
    values = [(goal, lab.measures.get(goal.measure)) for goal in goals]
    return any(value is not None and not goal.is_met_by(value) for goal, value in values)


def _customers(lab: Lab) -> list[dict[str, Any]]:
    """Return people who are logged in, for the load generator to play."""
    customers = []
    for user in lab.customers.tokens:
        guest = lab.customer(user)
        guest.log_in()
        customers.append({"cookies": guest.cookies, "token": guest.token, "name": guest.called})
    return customers


def _open_doors(lab: Lab, lost: bool) -> Sale:
    """Run the sale once."""
    shop, orders, shelves = lab.shop, scene.orders, lab.shelves()
    batch = f"sale-{lab.token()}".lower()
    facts = {
        "pages": {path: shelves.names(path) for path in shelves.by_path},
        "customers": scene.customers,
        "slugs": [slug for slug, _ in scene.products],
        "batch": batch,
        "mix": [CUSTOMERS, STRANGERS],
    }
    incident = Incident(lab)
    strays = lab.strays()
    looks: list[tuple[float, dict[str, float]]] = []

    def look() -> None:
        looks.append((time.monotonic(), {s: shop.cpu_seconds(s) for s in shop.servers}))
        incident.look()
        strays.look()

    with incident, shop.counting() as log, lab.sessions(measure="peak"):
        total = lab.load(facts=facts, during=look)
    extra = total.extra
    lab.measure("offered", extra["offered"])
    lab.measure("backlog", extra["backlog"])
    lab.measure("late_ms", extra["late_ms"])
    busy = _busy(shop, looks, extra)
    busiest = max(busy, key=lambda server: busy[server])
    for server, percent in busy.items():
        lab.measure(f"{server}_cpu", percent)
    refused = log.problems[TOO_MANY]
    lab.measure("refusals", lab.measures["refusals"] + refused)
    lab.measure("incident", scene.incident)
    rows = shop.sql("SELECT email FROM orders_order WHERE email LIKE %s", [f"{batch}%"])
    scene.groups.setdefault("sale", []).extend(email for (email,) in rows)
    lab.measure("orders", len(scene.groups["sale"]))
    if strays.count:
        lab.foul("left_its_server", count=strays.count)
    if total.failures:
        _explain_failures(lab, total, incident, quiet=bool(refused) or lost)
    if extra["backlog"] > FEW:
        lab.find_once("queue", count=round(extra["backlog"]), server=busiest, cpu=busy[busiest])
    orders.revive()
    return Sale(
        wrong=total.failures + refused,
        backlog=extra["backlog"],
        late_ms=extra["late_ms"],
        asked=lab.measures["asked"],
        busiest=busy[busiest],
    )


def _explain_failures(lab: Lab, total: Any, incident: Incident, *, quiet: bool) -> None:
    """Refuse a shop that sends visitors away; say what else went wrong, and since when."""
    extra = total.extra
    shed = sum(n for e, n in total.errors.items() if "status 429" in e or "status 503" in e)
    if 2 * shed > total.failures:
        lab.foul("shed", count=shed, offered=extra["offered"])
    if quiet:
        return
    example = lab.in_kinds(total.errors, total.failures)
    # What went wrong before anything happened is not the incident's.
    began = bool(incident.happened_at) and extra.get("failed", 0.0) >= incident.happened_at
    finding = f"fails_after_{incident.kind}" if began else "fails_in_sale"
    lab.find(finding, count=total.failures, example=example)


def _busy(
    shop: Shop, looks: list[tuple[float, dict[str, float]]], extra: dict[str, float]
) -> dict[str, float]:
    """Return how busy each server was in the last step, in percent of what it has."""
    window = [look for look in looks if extra["top"] <= look[0] <= extra["ended"]]
    if len(window) < 2:
        return dict.fromkeys(shop.servers, 0.0)
    (began, before), (ended, after) = window[0], window[-1]
    seconds = ended - began
    return {
        server: round(
            100 * (after[server] - before[server]) / seconds / (shop.cores(server) or CORES), 1
        )
        for server in shop.servers
    }


class Incident:
    """What happens in the middle of the sale."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.kind = scene.incident
        self.happened_at = 0.0
        """When, on the monotonic clock; 0 before."""
        self._began = 0.0
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        """Wait for the moment."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Be over."""
        self._undo.close()

    def look(self) -> None:
        """Happen, once it is time."""
        lab = self.lab
        now = time.monotonic()
        self._began = self._began or now
        if self.happened_at or now - self._began < STARTS + HAPPENS * lab.plan.seconds:
            return
        self.happened_at = now
        lab.step(f"incident_{self.kind}")
        if self.kind == "flush":
            lab.shop.empty_caches()
        elif self.kind == "worker":
            scene.orders.kill_workers()
        else:
            self._undo.enter_context(_hogs(lab))
