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
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

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
TOGETHER = 5.0
"""Seconds in which all of a crowd must be at the door; else the machine has no time for them."""
TURNS = 0.5
"""Seconds after which the warehouse changes its mind during the load."""
PAGES = 80
"""How often it can, in a run."""
MOST = 999.0
"""Pages per second: more than anybody asks for."""
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
TOLD = """
SELECT product.slug, array_agg(({ships_on})::text ORDER BY book.number),
       array_agg({dock} ORDER BY book.number)
  FROM catalog_product AS product, unnest(%s::text[]) WITH ORDINALITY AS book(page, number)
 WHERE product.is_live GROUP BY product.id ORDER BY product.id
""".format(ships_on=SHIPS_ON.replace("%", "%%"), dock=DOCK)
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
RECOUNT = """
UPDATE catalog_stock SET quantity = quantity + 7
 WHERE product_id = (SELECT id FROM catalog_product WHERE slug = %s)
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
WRONG = "not what the warehouse says"
STALE = "not what the warehouse says any more"


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
    if not lab.quick:
        _time_reference(lab)
    shop = lab.shop
    lab.step("starting", workers=shop.site.workers)
    shop.full_strength()
    lab.step("asking")
    _check_limits(lab, shop)
    _check_warehouse(lab, shop)
    _check_fresh(lab, shop)
    _check_stock_list(lab, shop)
    _go_shopping(lab, shop)
    if not lab.quick:
        # What the shop keeps is kept for a minute, as level 3 made it.
        lab.survey(emptied=True)
    lab.step("crowding", readers=READERS)
    with shop.counting() as log, lab.sessions(measure="peak") as watch:
        crowd = _Crowd(lab, shop, watch)
        before = -1
        for _ in range(CROWDS):
            crowd.come()
            if crowd.is_late:
                break
            is_clear = crowd.was_one and watch.peak == before <= min(lab.bounds("peak"))
            if crowd.problems or (lab.quick and is_clear):
                break
            before = watch.peak
    if crowd.is_late:
        lab.too_noisy("failures", late_ms=round(TOGETHER * 1000))
        return
    _tell(lab, shop, watch, log, crowd.problems, crowd.right)
    reference = lab.measures.get("reference_wait")
    if reference and not crowd.problems:
        lab.measure("wait_ratio", round(min(crowd.waits) / reference, 2))
        if lab.measures["wait_ratio"] > min(lab.bounds("wait_ratio")):
            lab.find("slow", mine=round(min(crowd.waits), 1), reference=reference)


def _time_reference(lab: Lab) -> None:
    """Have the crowd come to the shop of the reference answer, which is put away again.

    Both at once would ask PostgreSQL for more connections than there are.
    """
    shop = lab.healthy
    lab.step("reference")
    shop.full_strength()
    with lab.sessions(shop) as watch:
        crowd = _Crowd(lab, shop, watch)
        for _ in range(2):
            crowd.come()
            if crowd.is_late:
                break
    lab.put_away(shop)
    if crowd.is_late:
        lab.too_noisy("wait_ratio", late_ms=round(TOGETHER * 1000))
    else:
        lab.measure("reference_wait", round(max(crowd.waits), 2))


def load(lab: Lab) -> None:
    """Send the newsletter."""
    shop, plan = lab.shop, lab.level.load
    lab.step("sending", rate=plan.rate, seconds=plan.seconds)
    if "failures" not in lab.measures:
        return
    stock = [list(row) for row in shop.sql(STOCK)]
    crowd_failures = lab.measures["failures"]
    with shop.counting() as log, lab.sessions(measure="peak") as watch:
        book = _Book(lab, watch)
        turned = lab.ground.stack.folder / "turned"
        turned.write_bytes(b"")
        facts = {"deliveries": book.told, "stock": stock, "turned": str(turned)}
        total = lab.load(facts=facts, during=lambda: book.turn_now_and_then(turned))
    offered = int(total.extra.get("offered", 0))
    waves = int(total.extra.get("waves", 0))
    lab.measure("offered", offered)
    late = total.extra.get("late_ms", 0.0)
    lab.measure("generator_late_ms", late)
    lab.measure("backlog", int(total.extra.get("backlog", 0)))
    if late > HELD_UP or offered < waves * plan.users:
        lab.too_noisy("failures", late_ms=round(late))
        return
    problems = Counter(total.errors)
    problems["no answer at all"] += offered - total.requests
    right = total.requests - total.failures - waves
    _tell(lab, shop, watch, log, +problems, max(right, 0))
    lab.measure("failures", crowd_failures + sum(problems.values()))


def settle(lab: Lab) -> None:
    """Ask and buy once more: the shop must still be right after the crowd."""
    shop = lab.shop
    lab.step("asking_again")
    _check_limits(lab, shop)
    if lab.measures.get("failures", 1):
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
    for _ in range(2):
        try:
            rows = _rows(shop.page("/stock.csv").text)
        except Exception as error:
            # The connection ends before the list does.
            if "IncompleteRead" not in str(error):
                raise
            lab.foul("list_cut_off", why=_why(shop))
        expected = [list(row) for row in shop.sql(STOCK)]
        if rows != expected:
            lab.foul("list_wrong", shown=len(rows), expected=len(expected))
        # Somebody counted again: the next list must say so.
        shop.sql(RECOUNT, [lab.random.choice(expected)[0]])


def _rows(text: str) -> list[list[str]]:
    """Return the lines of a stock list, without its head."""
    return list(csv.reader(text.splitlines()))[1:]


def _go_shopping(lab: Lab, shop: Shop) -> None:
    """Log in, fill the cart, check out: forms, sessions, transactions and locks."""
    slug, name, *_ = lab.random.choice(shop.sql(STOCK))
    buyer = shop.visitor()
    address = f"{lab.random.randrange(10**6)} Lotus Lane"
    username, password = lab.customers.key("gina")
    order = {"name": "Gina Caputo", "email": "gina@example.com", "address": address}
    steps: list[tuple[str, dict[str, str] | None]] = [
        ("/login/", None),
        ("/login/", {"username": username, "password": password}),
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


class _Book:
    """The warehouse's book: what it said, says and will say of each product, page by page."""

    def __init__(self, lab: Lab, watch: Sessions) -> None:
        self.pages = [f"{lab.random.randrange(16**8):08x}" for _ in range(PAGES)]
        self.told: dict[str, tuple[list[str], list[str]]] = {
            slug: (days, docks) for slug, days, docks in watch.ask(TOLD, [self.pages])
        }
        """By slug, the date and the dock on each page."""
        self.page = -1
        self._watch = watch
        self._turned = 0.0
        self.turn()

    def turn(self) -> None:
        """Turn to the next page: whoever asks from here on is told that, or one that follows."""
        self._watch.ask("UPDATE warehouse_book SET page = %s", [self.pages[self.page + 1]])
        self.page += 1

    def turn_now_and_then(self, turned: Path) -> None:
        """Turn the page where it is time to; then there is a byte more in the file *turned*."""
        if time.monotonic() > self._turned + TURNS and self.page + 1 < len(self.pages):
            self.turn()
            self._turned = time.monotonic()
            # The first page was open before anybody came.
            turned.write_bytes(b"." * self.page)

    def problem_with(self, slug: str, said: tuple[str, str], since: int) -> str:
        """Return what is wrong with what a page said to somebody who asked on page *since*.

        The date and the dock may be of two pages: the shop may ask for each.
        """
        problems = set()
        for word, told in zip(said, self.told[slug], strict=True):
            if word not in told[since:]:
                problems.add(STALE if word in told else WRONG)
        return max(problems, default="", key=lambda problem: problem == WRONG)


class _Crowd:
    """Readers who all ask at the same moment, and the warehouse among them; they may come again."""

    def __init__(self, lab: Lab, shop: Shop, watch: Sessions) -> None:
        self.shop = shop
        self.book = _Book(lab, watch)
        self.problems: Counter[str] = Counter()
        self.right = 0
        """Readers who were told the truth."""
        self.waits: list[float] = []
        """Of each crowd, the seconds until the last of them was answered."""
        self.is_late = False
        """Whether the machine never had all of them at the door."""
        self.stock = [list(row) for row in watch.ask(STOCK)]
        self._lab = lab
        self._asked: list[float] = []
        """When each asked."""
        self._lock = threading.Lock()

    @property
    def was_one(self) -> bool:
        """Whether all had asked before the warehouse can have answered anybody."""
        return max(self._asked) - min(self._asked) < WALK

    def come(self) -> None:
        """Let them all ask, and wait for the answers; the warehouse changes its mind meanwhile."""
        self._asked.clear()
        # What somebody remembers of the last crowd is not so any more.
        self.book.turn()
        slugs = [*list(self.book.told)[:READERS], *[""] * LISTS]
        before = time.monotonic()
        self._lab.at_once(
            [self._turn, *(partial(self._ask, slug) for slug in slugs)], patience=3 * PATIENCE
        )
        self.is_late = min(self._asked) - before > TOGETHER
        self.waits.append(time.monotonic() - min(self._asked))

    def _turn(self) -> None:
        """Change the warehouse's mind while most of them wait."""
        self._lab.cancel.wait(WALK)
        self.book.turn()

    def _ask(self, slug: str) -> None:
        """Ask for a delivery, or for the stock list where *slug* is empty."""
        visitor = self.shop.visitor(timeout=PATIENCE)
        path = f"/product/{slug}/delivery/" if slug else "/stock.csv"
        since = self.book.page
        self._asked.append(time.monotonic())
        try:
            response = visitor.get(path)
            problem = "" if response.status == 200 else f"status {response.status}"
            text = response.text
        except Exception as error:  # noqa: BLE001 - whatever it is, no answer came
            hangs = type(error).__name__ == "PageHangs"
            problem = f"no answer within {PATIENCE:.0f} s" if hangs else "the answer is cut off"
            text = ""
        if not problem and slug:
            problem = self.book.problem_with(slug, _said(text), since)
        if not problem and not slug and _rows(text) != self.stock:
            problem = "the stock list is wrong"
        with self._lock:
            if problem:
                self.problems[problem] += 1
            elif slug:
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
    if right:
        _measure_capacity(lab, shop, watch, log, right)
    free = lab.level.machine.max_connections - RESERVED - OURS
    if 0 < refused <= AGAIN * watch.guests and watch.peak <= free < watch.peak + watch.guests:
        for measure in ("refusals", "failures"):
            lab.find("guests", measure=measure, guests=watch.guests)
    elif refused:
        _tell_of_refusals(lab, shop, log, problems, free)
    elif problems:
        _tell_of_failures(lab, shop, watch, problems)


def _measure_capacity(lab: Lab, shop: Shop, watch: Sessions, log: Any, right: int) -> None:
    """Record how many pages a second the shop can serve; say so where that is too few.

    It is counted, not timed: how many are at the warehouse at once, and how often a page goes
    there. A queue that grows takes longer to see than anybody has patience for.
    """
    walks = sum("warehouse_shelf" in text for text in log.texts) / right or 1.0
    capacity = min(MOST, watch.asleep / (walks * WALK))
    capacity = round(max(capacity, lab.measures.get("capacity", 0.0)), 1)
    lab.measure("capacity", capacity)
    needed = min(goal.at_least or 0.0 for goal in lab.level.goals if goal.measure == "capacity")
    if capacity < needed:
        lab.find_once(
            "half_a_shop",
            at_once=watch.asleep,
            held=round(walks * WALK, 2),
            served=capacity,
            offered=needed,
        )


def _tell_of_fouls(lab: Lab, watch: Sessions, log: Any, problems: Counter[str]) -> None:
    """Refuse what hides the shortage, or answers with something else."""
    if watch.mighty:
        lab.foul("superuser")
    if log.problems[KILLED]:
        lab.foul("backends_killed", count=log.problems[KILLED])
    if shed := sum(n for text, n in problems.items() if text in SHED):
        lab.foul("shed", count=shed)
    if stale := problems[STALE]:
        lab.foul("stale_under_load", count=stale)
    if wrong := problems[WRONG]:
        lab.foul("wrong_under_load", count=wrong)
    if log.problems[CURSOR_LOST]:
        lab.foul("cursor_lost", message=log.examples[CURSOR_LOST])


def _tell_of_refusals(lab: Lab, shop: Shop, log: Any, problems: Counter[str], free: int) -> None:
    """Say how many were turned away, and who asked for so much."""
    refused, failed = log.problems[TOO_MANY], sum(problems.values())
    if not failed:
        lab.find("refusals_hidden", count=refused)
        return
    workers, threads = shop.site.workers, shop.site.plan.of("gunicorn").get("threads", 1)
    lab.find(
        "slots_used_up",
        count=refused,
        failed=failed,
        example=lab.in_kinds(problems),
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
