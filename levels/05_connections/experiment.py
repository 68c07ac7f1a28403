"""Level 5: how many connections does the shop ask for, and does every visitor get an answer?

PostgreSQL has 20 slots here. The warehouse's answers change with each run, so the only way to show
the right ones is to ask, and asking takes a moment with a connection in hand.
"""

from __future__ import annotations

import csv
import re
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop
    from tutor.lab.sessions import Sessions

READERS = 36
"""How many ask at the same moment: more than the 32 threads the shop begins with."""
LISTS = 3
"""How many stock lists are fetched among them."""
CROWDS = 3
"""How often they come as long as all goes well: a busy machine keeps a crowd from being one.

A quick check does without the third where the second needed no more connections than the first, and
no more than gold has: a shop that opens them as it likes has opened more by then.
"""
WALK = 0.15
"""Seconds the warehouse takes over a question."""
RESERVED = 3
"""Slots that PostgreSQL keeps for superusers."""
OURS = 2
"""Slots that our own monitoring holds while it looks."""
PATIENCE = 10.0
"""Seconds a reader waits for an answer."""
HELD_UP = 1000
"""Milliseconds by which a wave, or our own look at PostgreSQL, may be late: beyond that the machine
is too busy to call a visitor's wait the shop's fault.
"""

AGAIN = 5
"""How often at most a shop knocks for each slot that somebody else's shop holds."""

TOO_MANY = "53300"
KILLED = "57P01"
CURSOR_LOST = "34000"

STOCKING = """
SELECT setseed({seed});
UPDATE catalog_product SET name = name || ' ' || upper(substr(md5(random()::text), 1, 4));
UPDATE catalog_product SET is_live = false;
UPDATE catalog_product SET is_live = true
 WHERE id IN (SELECT id FROM catalog_product ORDER BY random() LIMIT 200);
UPDATE catalog_stock SET quantity = 10 + floor(random() * 40);
CREATE TABLE warehouse_book (page text);
INSERT INTO warehouse_book VALUES ('{page}');
DROP VIEW IF EXISTS warehouse_shelf;
CREATE VIEW warehouse_shelf AS
SELECT product.id AS product_id, {ships_on} AS ships_on, {dock} AS dock
  FROM catalog_product AS product, warehouse_book AS book, pg_sleep({walk}) AS walking;
GRANT SELECT ON warehouse_shelf TO shop;
ANALYZE;
"""
SHIPS_ON = "date '2031-01-01' + abs(hashtext('day' || product.id || book.page)) % 900"
DOCK = "upper(substr(md5('dock' || product.id || book.page), 1, 6))"
TRUTH = """
SELECT product.slug, ({ships_on})::text, {dock}
  FROM catalog_product AS product, warehouse_book AS book
 WHERE product.is_live ORDER BY product.id
""".format(ships_on=SHIPS_ON, dock=DOCK)  # noqa: UP032 - ours, and an f-string looks like SQL injection
STOCK = """
SELECT product.slug, product.name,
       CASE WHEN promotion.id IS NULL THEN product.price
            ELSE round(product.price * (100 - promotion.percent) / 100, 2) END::text,
       stock.quantity::text
  FROM catalog_product AS product
  JOIN catalog_stock AS stock ON stock.product_id = product.id
  LEFT JOIN catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live ORDER BY product.id
"""
SHELF = """
SELECT pg_get_viewdef('warehouse_shelf'::regclass), pg_get_userbyid(relowner)
  FROM pg_class WHERE oid = 'warehouse_shelf'::regclass
"""
LIMITS = """
SELECT current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int,
       current_setting('reserved_connections', true)::int,
       (SELECT rolsuper OR pg_has_role('shop', 'pg_signal_backend', 'member')
          FROM pg_roles WHERE rolname = 'shop')
"""
SHED = ("status 429", "status 503")


def prepare(lab: Lab) -> None:
    """Fill the warehouse's book before anything of the learner's sees it."""
    lab.step("stocking")
    # What is measured is the sum over all workers.
    lab.one_worker = False
    seed = lab.random.uniform(-1, 1)
    page = f"{lab.random.randrange(16**8):08x}"

    def stock(shop: Shop) -> None:
        script = STOCKING.format(seed=seed, page=page, walk=WALK, ships_on=SHIPS_ON, dock=DOCK)
        shop.sql(script)

    lab.before_migrations(stock)


def check(lab: Lab) -> None:
    """Ask alone, buy something, then all at once."""
    shop = lab.shop
    lab.step("starting", workers=shop.site.workers)
    shop.full_strength()
    lab.step("asking")
    _check_limits(lab, shop)
    _check_warehouse(lab, shop)
    _check_fresh(lab, shop)
    _check_stock_list(lab, shop)
    _go_shopping(lab, shop)
    lab.step("crowding", readers=READERS)
    crowd = _Crowd(shop)
    with shop.counting() as log, lab.sessions(measure="peak") as watch:
        before = -1
        for _ in range(CROWDS):
            crowd.come()
            is_clear = crowd.was_one and watch.peak == before <= min(lab.bounds("peak"))
            if crowd.problems or (lab.quick and is_clear):
                break
            before = watch.peak
    _tell(lab, shop, watch, log, crowd.problems, crowd.right)


def load(lab: Lab) -> None:
    """Send the newsletter."""
    shop, plan = lab.shop, lab.level.load
    lab.step("sending", rate=plan.rate, seconds=plan.seconds)
    deliveries = {slug: [day, dock] for slug, day, dock in shop.sql(TRUTH)}
    facts = {"deliveries": deliveries, "stock": [row[0] for row in shop.sql(STOCK)]}
    crowd_failures = lab.measures["failures"]
    with shop.counting() as log, lab.sessions(measure="peak") as watch:
        total = lab.load(facts=facts)
    offered = int(total.extra.get("offered", 0))
    waves = int(total.extra.get("waves", 0))
    lab.measure("offered", offered)
    late = total.extra.get("late_ms", 0.0)
    lab.measure("generator_late_ms", late)
    if late > HELD_UP or offered < waves * plan.users:
        lab.too_noisy("failures", late_ms=round(late))
        return
    problems = Counter(total.errors)
    problems["no answer at all"] += offered - total.requests
    _tell(lab, shop, watch, log, +problems, total.requests - total.failures)
    lab.measure("failures", crowd_failures + sum(problems.values()))


def settle(lab: Lab) -> None:
    """Ask and buy once more: the shop must still be right after the crowd."""
    shop = lab.shop
    lab.step("asking_again")
    _check_limits(lab, shop)
    if lab.measures["failures"]:
        return
    _check_warehouse(lab, shop)
    _check_fresh(lab, shop)
    _check_stock_list(lab, shop)
    _go_shopping(lab, shop)


# -- alone -----------------------------------------------------------------------------------------


def _check_limits(lab: Lab, shop: Shop) -> None:
    """Refuse more slots than the level gives."""
    limit, reserved, for_roles, mighty = shop.sql(LIMITS)[0]
    given = lab.level.machine.max_connections
    lab.measure("limit", limit)
    if limit != given or reserved != RESERVED or for_roles or mighty:
        lab.foul("limit_changed", limit=limit, given=given)


def _check_warehouse(lab: Lab, shop: Shop) -> None:
    """Refuse a warehouse that is not the warehouse's any more."""
    rows = shop.sql("SELECT to_regclass('warehouse_shelf') IS NOT NULL")
    definition, owner = shop.sql(SHELF)[0] if rows[0][0] else ("", "")
    if owner == "shop" or f"pg_sleep(({WALK})" not in definition.replace("'", ""):
        lab.foul("warehouse_changed")


def _check_fresh(lab: Lab, shop: Shop) -> None:
    """Refuse a page that says something else than the warehouse, before or after it changes."""
    before = {slug: (day, dock) for slug, day, dock in shop.sql(TRUTH)}
    slug = lab.random.choice(list(before))
    path = f"/product/{slug}/delivery/"
    said = _said(shop.page(path).text)
    if said != before[slug]:
        lab.foul("wrong_delivery", product=slug, page=_words(said), warehouse=_words(before[slug]))
    shop.sql("UPDATE warehouse_book SET page = page || 'x'")
    after = next((day, dock) for s, day, dock in shop.sql(TRUTH) if s == slug)
    said = _said(shop.page(path).text)
    if said == before[slug]:
        lab.foul("stale_delivery", product=slug, page=_words(said), warehouse=_words(after))
    if said != after:
        lab.foul("wrong_delivery", product=slug, page=_words(said), warehouse=_words(after))


def _said(text: str) -> tuple[str, str]:
    """Return the date and the dock on a delivery page."""
    fields = dict(re.findall(r'data-field="(ships_on)" content="([^"]*)"', text))
    fields |= dict(re.findall(r'data-field="(dock)">\s*([^<]*?)\s*<', text))
    return fields.get("ships_on", ""), fields.get("dock", "")


def _words(said: tuple[str, str]) -> str:
    return ", ".join(filter(None, said)) or "–"


def _check_stock_list(lab: Lab, shop: Shop) -> None:
    """Refuse a stock list that is not the stock."""
    path = "/stock.csv"
    try:
        rows = list(csv.reader(shop.page(path).text.splitlines()))[1:]
    except Exception as error:
        # The connection ends before the list does.
        if "IncompleteRead" not in str(error):
            raise
        lab.foul("list_cut_off", why=_why(shop))
    expected = [list(row) for row in shop.sql(STOCK)]
    if rows != expected:
        lab.foul("list_wrong", shown=len(rows), expected=len(expected))


def _go_shopping(lab: Lab, shop: Shop) -> None:
    """Log in, fill the cart, check out: forms, sessions, transactions and locks."""
    slug, name, *_ = lab.random.choice(shop.sql(STOCK))
    buyer = shop.visitor()
    address = f"{lab.random.randrange(10**6)} Lotus Lane"
    order = {"name": "Gina Caputo", "email": "gina@example.com", "address": address}
    steps: list[tuple[str, dict[str, str] | None]] = [
        ("/login/", None),
        ("/login/", {"username": "gina", "password": "namaste"}),
        (f"/product/{slug}/", None),
        (f"/cart/add/{slug}/", {"quantity": "2"}),
        ("/cart/", None),
        ("/checkout/", None),
        ("/checkout/", order),
    ]
    for path, form in steps:
        response = buyer.get(path) if form is None else buyer.post(path, form)
        if response.status != (200 if form is None else 302):
            lab.foul("shopping_fails", path=path, status=response.status, why=_why(shop))
    buyer.close()
    written = shop.sql(
        "SELECT line.name, line.quantity FROM orders_orderline AS line"
        " JOIN orders_order AS placed ON placed.id = line.order_id WHERE placed.address = %s",
        [address],
    )
    if written != [(name, 2)]:
        lab.foul("shopping_fails", path="/checkout/", status=302, why=f"{len(written)} × {name}")


def _why(shop: Shop) -> str:
    """Return the last exception in the shop's log."""
    crash = shop.site.last_crash()
    return crash.error if crash else "–"


# -- all at once -----------------------------------------------------------------------------------


class _Crowd:
    """Readers who all ask at the same moment, and the warehouse among them; they may come again."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.problems: Counter[str] = Counter()
        self.right = 0
        self.truth = {slug: (day, dock) for slug, day, dock in shop.sql(TRUTH)}
        self.stock = [row[0] for row in shop.sql(STOCK)]
        self._asked: list[float] = []
        """When each asked."""
        self._together = threading.Barrier(READERS + LISTS)
        self._lock = threading.Lock()

    @property
    def was_one(self) -> bool:
        """Whether all had asked before the warehouse can have answered anybody."""
        return max(self._asked) - min(self._asked) < WALK

    def come(self) -> None:
        """Let them all ask, and wait for their answers."""
        self._asked.clear()
        slugs = list(self.truth)[:READERS]
        askers = [threading.Thread(target=self._ask, args=(slug,)) for slug in slugs]
        askers += [threading.Thread(target=self._ask, args=("",)) for _ in range(LISTS)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()

    def _ask(self, slug: str) -> None:
        """Ask for a delivery, or for the stock list where *slug* is empty."""
        visitor = self.shop.visitor(timeout=PATIENCE)
        path = f"/product/{slug}/delivery/" if slug else "/stock.csv"
        self._together.wait()
        self._asked.append(time.monotonic())
        try:
            response = visitor.get(path)
            problem = "" if response.status == 200 else f"status {response.status}"
            text = response.text
        except Exception as error:  # noqa: BLE001 - whatever it is, no answer came
            hangs = type(error).__name__ == "PageHangs"
            problem = f"no answer within {PATIENCE:.0f} s" if hangs else "the answer is cut off"
            text = ""
        if not problem and slug and _said(text) != self.truth[slug]:
            problem = "not what the warehouse says"
        named = [line.partition(",")[0] for line in text.splitlines()[1:]]
        if not problem and not slug and named != self.stock:
            problem = "the stock list is wrong"
        with self._lock:
            if problem:
                self.problems[problem] += 1
            else:
                self.right += 1
        visitor.close()


def _tell(
    lab: Lab, shop: Shop, watch: Sessions, log: Any, problems: Counter[str], right: int
) -> None:
    """Record what was seen while all asked at once, and say what it means."""
    lab.measure("peak", max(watch.peak, lab.measures.get("peak", 0)))
    lab.measure("refusals", log.problems[TOO_MANY] + lab.measures.get("refusals", 0))
    lab.measure("failures", sum(problems.values()))
    _tell_of_fouls(lab, watch, log, problems)
    refused = log.problems[TOO_MANY]
    asked = sum("warehouse_shelf" in text for text in log.texts)
    if not refused and asked < right * READERS // (READERS + LISTS) - LISTS:
        lab.foul("not_asked", asked=asked, answered=right)
    free = lab.level.machine.max_connections - RESERVED - OURS
    if 0 < refused <= AGAIN * watch.guests and watch.peak <= free < watch.peak + watch.guests:
        for measure in ("refusals", "failures"):
            lab.find("guests", measure=measure, guests=watch.guests)
    elif refused:
        _tell_of_refusals(lab, shop, log, sum(problems.values()), free)
    elif problems:
        _tell_of_failures(lab, shop, watch, problems)


def _tell_of_fouls(lab: Lab, watch: Sessions, log: Any, problems: Counter[str]) -> None:
    """Refuse what hides the shortage, or answers with something else."""
    if watch.mighty:
        lab.foul("superuser")
    if log.problems[KILLED]:
        lab.foul("backends_killed", count=log.problems[KILLED])
    if shed := sum(n for text, n in problems.items() if text in SHED):
        lab.foul("shed", count=shed)
    if wrong := problems["not what the warehouse says"]:
        lab.foul("wrong_under_load", count=wrong)
    if log.problems[CURSOR_LOST]:
        lab.foul("cursor_lost", message=log.examples[CURSOR_LOST])


def _tell_of_refusals(lab: Lab, shop: Shop, log: Any, failed: int, free: int) -> None:
    """Say how many were turned away, and who asked for so much."""
    refused = log.problems[TOO_MANY]
    if not failed:
        lab.find("refusals_hidden", count=refused)
        return
    workers, threads = shop.site.workers, shop.site.plan.of("gunicorn").get("threads", 1)
    lab.find(
        "slots_used_up",
        count=refused,
        failed=failed,
        message=log.examples[TOO_MANY],
        workers=workers,
        threads=threads,
        wanted=workers * threads,
        free=free,
    )


def _tell_of_failures(lab: Lab, shop: Shop, watch: Sessions, problems: Counter[str]) -> None:
    """Say what went wrong although PostgreSQL turned nobody away."""
    late = sum(n for text, n in problems.items() if text.startswith("no answer within"))
    if late and watch.held_up_ms > HELD_UP:
        lab.too_noisy("failures", held_up_ms=round(watch.held_up_ms))
        return
    if late:
        lab.find("late", count=late, peak=watch.peak)
        return
    example = lab.in_kinds(problems)
    lab.find("fails", count=sum(problems.values()), example=example, why=_why(shop))
