"""Level 2: how much of its servers does the shop need, and does it answer everybody?

The offered load is measured out on this machine, in this minute: as many visitors as the broken
shop's one server cannot serve, and as two can. What servers used is read from the kernel's own
accounts; whom they answered, the visitors count.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tutor.lab import Lab, Shop
    from tutor.lab.costs import Cost, Costs
    from tutor.lab.customers import Customer

ASKED_OF_ONE = 1.3
"""What all the work together is, of one server: 1.0 is what it can do."""
ASKED_OF_BUSIER = 0.65
"""What the larger half of the work is at most: two servers must do, with three times the spread of
what is measured (five percent) left below the best medal."""
CORES = 0.5
"""What a server counts as where this machine cannot hold it to anything."""
TURNS, PAGES = 10, 4
"""How often each shop's turn comes to be measured on a core, and how many pages it shows then."""
TURNS_QUICK, CLEAR = 4, 0.1
"""How many turns a quick check makes do with where every bound is further away than this part."""
WARM_ROUNDS = 2
"""How often all categories are opened before that: who has just begun needs longer."""
FRESH_WITHIN = 2.0
"""Seconds after which a change must show; the briefing promises it to the customers."""
ASKS, ASKS_QUICK = 6, 2
"""How often a page is asked whether it knows of a change: several workers, several memories.

A quick check has one worker.
"""
WARM_UP = 6
"""Visitors at once who warm every worker up before the load."""
ALL_OF_IT = 100.0
"""Percent of its CPU that a server can give."""
SATURATED = 90.0
"""Percent of CPU from which on a server has nothing left to give."""
TRIES = 3
"""How often the load is run where the machine, not the shop, seems to have failed."""
FEW = 8
"""Visitors who may still wait for their answer when the last one arrives."""
SLOWER = 1.12
"""By how much the machine may have become slower since the load was measured out."""
SLOWEST = 1.5
"""By how much at most fewer visitors come to a machine that became slower."""
FULL = 95.0
"""Percent of the whole machine from which on everybody on it waits."""
SPOT_CHECK = 40.0
"""Seconds in which whoever looks at the shop during the load is back."""
SEEN = ("name", "brand", "price", "stock", "reviews")
"""What each visitor compares on each card."""
MOST_PIECES = 9
"""Of one thing in a cart."""
LATE_MS = 400.0
"""Milliseconds by which visitors came too late: then it was the machine that had no time."""

SHUFFLE = """
-- So that VACUUM, right after, finds rows whose commit is written down.
SET synchronous_commit = on;
SELECT setseed(%(seed)s);
UPDATE catalog_product AS product
   SET name = product.name || ' ' || upper(substr(md5(random()::text), 1, 4)),
       price = round((5 + random() * 195)::numeric, 2),
       published_at = now() - random() * interval '900 days';
UPDATE catalog_stock SET quantity = floor(random() * 40);
SET session_replication_role = replica;
INSERT INTO catalog_review (product_id, author_name, stars, text, is_published, created_at)
SELECT product.id, 'Om', 1 + floor(random() * 5), 'Breathed in. Breathed out.',
       random() < 0.7, now() - random() * interval '900 days'
  FROM catalog_product AS product
 CROSS JOIN LATERAL generate_series(1, 350 + floor(random() * 200)::int)
 WHERE product.is_live
 ORDER BY random();
"""

ROW = """
SELECT product.id, product.name, product.price, stock.quantity, brand.id, brand.name,
       brand.country_id, country.name, category.id, category.name, image.id, image.alt,
       promotion.id, promotion.name, promotion.percent
  FROM public.catalog_product AS product
  JOIN public.catalog_stock AS stock ON stock.product_id = product.id
  JOIN public.catalog_brand AS brand ON brand.id = product.brand_id
  JOIN public.catalog_country AS country ON country.id = brand.country_id
  JOIN public.catalog_category AS category ON category.id = product.category_id
  JOIN public.catalog_image AS image ON image.id = product.cover_id
  LEFT JOIN public.catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.slug = %s
"""
"""Everything a card shows, of one product and of whatever shares it."""
HIDDEN = """
SELECT product.id FROM public.catalog_product AS product
  JOIN public.catalog_category AS category ON category.id = product.category_id
 WHERE NOT product.is_live AND '/category/' || category.slug || '/' = %s
 ORDER BY random() LIMIT 1
"""

Cards = dict[str, dict[str, Any]]
Fault = tuple[str, dict[str, Any]]
"""The id of a foul, and what its sentence names."""


def prepare(lab: Lab) -> None:
    """Bring in the reviews, and measure the load out on the broken shop."""
    lab.step("shuffling")
    seed = lab.random.uniform(-1, 1)

    def shuffle(shop: Shop) -> None:
        shop.sql(SHUFFLE % {"seed": seed})
        lab.customers.rename(shop)
        shop.sql("VACUUM ANALYZE")
        shop.sql("CHECKPOINT")

    lab.before_migrations(shuffle)
    if not lab.quick:
        lab.step("measuring_out")
        _warm(lab, lab.broken)
        _offer(lab, _measure_costs(lab, lab.broken))


def check(lab: Lab) -> None:
    """Compare the pages with the database, change something, and see what a page costs."""
    with lab.meanwhile(lambda: _warm(lab, lab.broken)):
        shop = lab.shop
        lab.step("comparing")
        truth = lab.shelves(shop).by_path
        for path in truth:
            _compare(lab, path, truth[path], lab.cards(shop.page(path).text))
        _compare_front(lab, shop)
        _arrive(lab)
        _change(lab, shop)
        lab.survey(within=FRESH_WITHIN)
        strays = lab.strays(shop)
        if strays.look_twice(lab.cancel):
            lab.foul("left_its_server", count=strays.count)
    lab.step("costing")
    # Once was to compare them.
    _warm(lab, shop, rounds=WARM_ROUNDS - 1)
    _ask_of_servers(lab)


def load(lab: Lab) -> None:
    """Send the visitors, and look at the servers meanwhile."""
    shop = lab.shop
    shop.full_strength()
    lab.step("warming_up")
    _warm_up(shop, list(lab.shelves(shop).by_path))
    for tries_left in reversed(range(TRIES)):
        rate = lab.plan.rate
        lab.step("loading", rate=round(rate, 1), seconds=lab.plan.seconds)
        with lab.draft() as draft:
            with Watch(lab, shop) as watch:
                total = lab.load(facts={"pages": watch.facts}, during=watch.look)
            _judge_answers(lab, watch, total)
            again = _was_the_machine(lab, watch, total.extra) and not watch.is_starved
            if not again or not tries_left:
                _judge_servers(lab, shop, watch, total.extra)
                break
            # Each answer was right, some came late: that load never was.
            draft.discard()
        lab.plan = replace(lab.plan, rate=round(rate / min(max(watch.slower, 1.0), SLOWEST), 2))


def settle(lab: Lab) -> None:
    """Compare once more: the pages must still tell the truth after the load."""
    lab.step("comparing")
    _change(lab, lab.shop)


# -- what a page costs -----------------------------------------------------------------------------


class Yardstick:
    """The same small work, done over and over: how fast is this machine just now?

    A CPU second is not always worth the same: neighbours share caches, and often the core itself.
    """

    EVERY = 0.1
    WORK = 30_000

    def __init__(self) -> None:
        self._laps: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    @property
    def pace(self) -> float:
        """Return the CPU seconds the work took, on average; the larger, the slower."""
        return sum(self._laps) / len(self._laps)

    def _run(self) -> None:
        while not self._laps or not self._over.wait(self.EVERY):
            began = time.thread_time()
            sum(number * number for number in range(self.WORK))
            self._laps.append(time.thread_time() - began)


def _warm(lab: Lab, shop: Shop, rounds: int = WARM_ROUNDS) -> None:
    """Open all categories before anything is measured."""
    # The front page first: PostgreSQL keeps the memory that the largest answer needed.
    for path in ["/", *list(lab.shelves(shop).by_path) * rounds]:
        lab.cancel.check()
        shop.page(path)


def _measure_costs(
    lab: Lab, *shops: Shop, enough: Callable[[Costs], bool] = lambda costs: False
) -> Costs:
    """Open the same pages of each of *shops*, in turns."""
    paths = list(lab.shelves(shops[0]).by_path)
    chosen = [lab.random.sample(paths, PAGES) for _ in range(TURNS)]

    def visit(turn: int, place: int) -> None:
        lab.cancel.check()
        for path in chosen[turn]:
            shops[place].page(path)

    with Yardstick() as yard:
        costs = lab.costs(shops, visit, turns=TURNS, enough=enough)
    lab.measure("pace", yard.pace)
    return costs


def _of_a_page(cost: Cost) -> Cost:
    """Return what a page costs, where a visit of several costs *cost*."""
    return {service: seconds / PAGES for service, seconds in cost.items()}


def _halves(cost: Cost) -> tuple[float, float]:
    """Return the cost of a page outside the database and in it."""
    return sum(cost.values()) - cost["postgres"], cost["postgres"]


def _cores(shop: Shop) -> float:
    return shop.cores(next(iter(shop.servers))) or CORES


def _work(cost: Cost) -> float:
    """Return how much work one server of the broken shop cannot do, and two can.

    In CPU seconds per second and core, where a page has these costs.
    """
    web, database = _halves(cost)
    return min(ASKED_OF_ONE, ASKED_OF_BUSIER * (web + database) / max(web, database))


def _offer(lab: Lab, costs: Costs) -> None:
    """Set the rate of the visitors by what a page costs the broken shop."""
    cost = _of_a_page(costs.usual(0))
    rate = _cores(lab.broken) * _work(cost) / sum(cost.values())
    lab.plan = replace(lab.plan, rate=round(rate, 2))
    lab.measure("rate", round(rate, 1))
    web, database = _halves(cost)
    lab.measure("broken_web_ms", round(1000 * web, 1))
    lab.measure("broken_database_ms", round(1000 * database, 1))


def _asked(shop: Shop, costs: Costs) -> dict[str, float]:
    """Return how much of each server of *shop* the visitors ask for, in percent."""
    work, parts = _work(costs.parts(0)), costs.parts(1)
    return {
        server: round(100 * work * sum(parts.get(service, 0.0) for service in services), 1)
        for server, services in shop.servers.items()
    }


def _ask_of_servers(lab: Lab) -> None:
    """Work out how much of each server the offered visitors ask for: rate times cost."""
    shop = lab.shop

    def is_clear(costs: Costs) -> bool:
        most = max(_asked(shop, costs).values())
        far = all(abs(most - bound) > CLEAR * bound for bound in lab.bounds("asked"))
        return lab.quick and len(costs.turns) >= TURNS_QUICK and far

    costs = _measure_costs(lab, lab.broken, shop, enough=is_clear)
    _offer(lab, costs)
    asked = _asked(shop, costs)
    lab.measure("asked", max(asked.values()))
    lab.measure("asked_by_server", asked)
    web, database = _halves(_of_a_page(costs.usual(1)))
    lab.measure("web_ms", round(1000 * web, 1))
    lab.measure("database_ms", round(1000 * database, 1))
    busiest = max(asked, key=lambda server: asked[server])
    if lab.quick and asked[busiest] > ALL_OF_IT:
        lab.find(
            "too_much",
            server=busiest,
            services=", ".join(shop.servers[busiest]),
            asked=asked[busiest],
            web=lab.measures["web_ms"],
            database=lab.measures["database_ms"],
        )


# -- the load --------------------------------------------------------------------------------------


class Watch:
    """Looks at the servers during the load, and once, in the middle of it, at a page."""

    def __init__(self, lab: Lab, shop: Shop) -> None:
        self.lab = lab
        self.shop = shop
        self.looks: list[tuple[float, dict[str, float]]] = []
        """When, and the CPU seconds of each server until then."""
        self.strays = lab.strays(shop)
        self.quota_changed = ""
        """The server that had another quota than it should."""
        self.machine_busy = 0.0
        """Percent."""
        self.page: tuple[Cards, list[dict[str, str]]] | None = None
        """What a page had to show in the middle of the load, and what it did show."""
        self.faults: list[Fault] = []
        """What people saw meanwhile who are known to the shop."""
        truth = lab.shelves(shop).by_path
        self.yard = Yardstick()
        self.path = lab.random.choice(list(truth))
        self.canary = lab.random.choice(list(truth[self.path]))
        self.before = truth[self.path][self.canary]
        self.facts = _facts(lab, truth, self.canary)
        self._quotas = {server: shop.cores(server) for server in shop.servers}
        self._limits = {server for server in shop.servers if shop.usage(server)}
        self._before = {s: u for s in self._limits if (u := shop.usage(s))}
        self._machine = psutil.cpu_times()
        self._trouble: Exception | None = None
        self._spot_check = threading.Thread(target=self._spot, name="spot check", daemon=True)

    def __enter__(self) -> Self:
        """Begin; the page is opened once the visitors are there."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """Wait for the page that is still out, and see how busy the whole machine was.

        Raises:
            Exception: what went wrong in the thread that opened it.
        """
        now, before = psutil.cpu_times(), self._machine
        total = sum(now) - sum(before)
        self.machine_busy = 100 * (1 - (now.idle - before.idle) / total) if total else 0.0
        if self._spot_check.ident:
            self.yard.__exit__()
            self._spot_check.join(timeout=SPOT_CHECK)
        if self._trouble and kind is None:
            raise self._trouble

    def look(self) -> None:
        """Note what the servers have used so far, and who runs beside them."""
        now = {server: self.shop.cpu_seconds(server) for server in self.shop.servers}
        self.looks.append((time.monotonic(), now))
        self.strays.look()
        for server in self._limits:
            if self.shop.quota(server) != self._quotas[server]:
                self.quota_changed = server
        begun = sum(now.values()) - sum(self.looks[0][1].values()) > 0.5
        if begun and not self._spot_check.ident:
            self.yard.__enter__()
            self._spot_check.start()

    @property
    def is_starved(self) -> bool:
        """Whether the shop had to fight for CPU with others: quotas come with a right to theirs."""
        return not self._limits and self.machine_busy > FULL

    @property
    def slower(self) -> float:
        """By how much this machine was slower than when the load was measured out."""
        return self.yard.pace / float(self.lab.measures["pace"])

    def cpu_percent(self, extra: dict[str, float]) -> dict[str, float]:
        """Return how busy each server was while visitors came, of what it has."""
        began, ended = extra["began"], extra["ended"]
        return {
            server: round(
                100
                * (self._seconds(server, ended) - self._seconds(server, began))
                / (ended - began)
                / (cores or CORES),
                1,
            )
            for server, cores in self._quotas.items()
        }

    def busiest(self, extra: dict[str, float]) -> tuple[str, float]:
        """Return the busiest server, and how busy it was."""
        return max(self.cpu_percent(extra).items(), key=lambda item: item[1])

    def throttled_percent(self, server: str) -> float:
        """Return in how many of a hundred periods the server's share was used up."""
        before, after = self._before.get(server), self.shop.usage(server)
        if before is None or after is None or after.periods == before.periods:
            return 0.0
        periods = after.periods - before.periods
        return round(100 * (after.throttled - before.throttled) / periods, 1)

    def _seconds(self, server: str, moment: float) -> float:
        """Return the CPU seconds of *server* at *moment*, between the looks around it."""
        earlier = [look for look in self.looks if look[0] <= moment] or self.looks[:1]
        later = [look for look in self.looks if look[0] >= moment] or self.looks[-1:]
        (t1, used1), (t2, used2) = earlier[-1], later[0]
        share = (moment - t1) / (t2 - t1) if t2 > t1 else 0.0
        return used1[server] + share * (used2[server] - used1[server])

    def _spot(self) -> None:
        """See the shop as somebody in the crowd does, once."""
        try:
            self._look_at_page()
            self.faults = list(_greeted(people, self.path, self.lab))
        except Exception as error:  # noqa: BLE001 - raised again where somebody waits
            # No answer, or an end that was asked for: the visitors count who waits.
            if not self.lab.cancel.is_set and not self.lab.is_unanswered(error):
                self._trouble = error

    def _look_at_page(self) -> None:
        """Change a price while everybody is here, and see whether it shows in time."""
        _dearer(self.shop, self.canary)
        visitor = self.shop.visitor(timeout=SPOT_CHECK / 4)
        try:
            self.lab.cancel.wait(FRESH_WITHIN)
            response = visitor.get(self.path)
        finally:
            visitor.close()
        if response.status == 200:
            truth = self.lab.shelves(self.shop).of(self.path)
            self.page = (truth, self.lab.cards(response.text))


def _facts(lab: Lab, truth: dict[str, Cards], changing: str) -> dict[str, Any]:
    """Return what the visitors must see, in order; the price of one product will change."""
    return {
        path: {
            slug: {
                field: lab.in_words(field, card[field])
                for field in SEEN
                if field in card and (slug, field) != (changing, "price")
            }
            for slug, card in cards.items()
        }
        for path, cards in truth.items()
    }


def _warm_up(shop: Shop, paths: list[str]) -> None:
    """Have every worker answer: the first page of each is no page like the others."""

    def visit(first: int) -> None:
        visitor = shop.visitor()
        visitor.get("/")
        for number in range(len(paths)):
            visitor.get(paths[(first + number) % len(paths)])
            visitor.close()

    with ThreadPoolExecutor(WARM_UP) as crowd:
        # Each is as patient as visitors are; what goes wrong in a thread goes wrong here.
        list(crowd.map(visit, range(WARM_UP)))


def _judge_answers(lab: Lab, watch: Watch, total: Any) -> None:
    """Refuse answers that are wrong, and visitors that were sent away."""
    extra = total.extra
    lab.measure("offered", extra["offered"])
    lab.measure("answered", extra["right"])
    lab.measure("backlog", extra["backlog"])
    if total.failures:
        shed = sum(n for e, n in total.errors.items() if "status 429" in e or "status 503" in e)
        if 2 * shed > total.failures:
            lab.foul("shed", count=shed, offered=extra["offered"])
        kinds = lab.in_kinds(total.errors, total.failures)
        lab.foul("wrong_under_load", count=total.failures, example=kinds)
    if watch.strays.count:
        lab.foul("left_its_server", count=watch.strays.count)
    if watch.quota_changed:
        lab.foul("quota_changed", server=watch.quota_changed)
    for foul, params in watch.faults[:1]:
        lab.foul(foul, **params)
    if watch.page:
        truth, cards = watch.page
        _refuse_stale(lab, watch.path, {watch.canary: watch.before}, truth, cards)
        _compare(lab, watch.path, truth, cards)


def _was_the_machine(lab: Lab, watch: Watch, extra: dict[str, float]) -> bool:
    """Return whether this machine failed the shop: it became slower, or had no time for it.

    By rate and cost the servers can do the work, and still visitors wait.
    """
    if lab.measures["asked"] > 100 or extra["backlog"] <= FEW:
        return False
    if watch.is_starved or extra["late_ms"] > LATE_MS:
        return True
    return watch.busiest(extra)[1] >= SATURATED and watch.slower > SLOWER


def _judge_servers(lab: Lab, shop: Shop, watch: Watch, extra: dict[str, float]) -> None:
    """Measure how busy the servers were while visitors came."""
    cpu = watch.cpu_percent(extra)
    busiest, _ = watch.busiest(extra)
    lab.measure("late_ms", extra["late_ms"])
    lab.measure("slower", round(watch.slower, 2))
    web, database = (_server_of(shop, service) for service in ("gunicorn", "postgres"))
    lab.measure("server1_cpu", cpu[web])
    if database != web:
        lab.measure("db1_cpu", cpu[database])
    lab.measure("throttled", max(watch.throttled_percent(server) for server in shop.servers))
    if not shop.usage(web):
        lab.find("no_quotas")
    if _was_the_machine(lab, watch, extra):
        lab.too_noisy(
            "backlog", slower=round(watch.slower, 2), backlog=extra["backlog"], cpu=cpu[busiest]
        )
    elif cpu[busiest] >= SATURATED or lab.measures["asked"] > ALL_OF_IT:
        lab.find(
            "saturated",
            server=busiest,
            services=", ".join(shop.servers[busiest]),
            cpu=cpu[busiest],
            asked=lab.measures["asked"],
            web=lab.measures["web_ms"],
            database=lab.measures["database_ms"],
        )
        if len(shop.servers) > 1:
            idle = min(cpu, key=lambda server: cpu[server])
            lab.find("lopsided", server=busiest, idle=idle, cpu=cpu[idle])
    elif extra["backlog"] > FEW:
        lab.find("blocked", backlog=round(extra["backlog"]), server=busiest, cpu=cpu[busiest])


def _server_of(shop: Shop, service: str) -> str:
    return next(server for server, services in shop.servers.items() if service in services)


# -- what a page says ------------------------------------------------------------------------------


def _compare(lab: Lab, path: str, expected: Cards, cards: list[dict[str, str]]) -> None:
    """Refuse a page whose cards do not show what the database says."""
    for foul, params in _faults(lab, path, expected, cards):
        lab.foul(foul, **params)


def _faults(lab: Lab, path: str, expected: Cards, cards: list[dict[str, str]]) -> Iterable[Fault]:
    """Yield what is wrong with a page, the worst first."""
    shown = {card[""]: card for card in cards}
    missing = [slug for slug in expected if slug not in shown]
    if missing:
        example = expected[missing[0]]["name"]
        count = {"missing": len(missing), "expected": len(expected)}
        yield "rows_missing", {"path": path, "example": example, **count}
        return
    if [card[""] for card in cards] != list(expected):
        yield "wrong_order", {"path": path, "expected": len(expected), "shown": len(cards)}
    for slug, truth in expected.items():
        for field in lab.card_fields:
            said, about = shown[slug].get(field), {"path": path, "field": field}
            if field in truth and not said:
                yield "field_missing", {**about, "product": truth["name"]}
            elif not lab.is_true(field, truth.get(field), said):
                database = lab.in_words(field, truth.get(field))
                values = {"page": said or "–", "database": database}
                yield "wrong_value", {**about, "product": truth["name"], **values}


def _refuse_stale(
    lab: Lab, path: str, before: Cards, after: Cards, cards: list[dict[str, str]]
) -> None:
    """Refuse a page that says what was true before; whatever else it lacks comes from that."""
    for card in cards:
        old, new = before.get(card[""], {}), after.get(card[""], {})
        for field in lab.card_fields if old and new else ():
            was, said = old.get(field), card.get(field)
            # A rating that moved by a hair reads the same: what is true now is not old.
            is_new = lab.is_true(field, new.get(field), said)
            if said and not is_new and lab.is_true(field, was, said):
                lab.foul(
                    "stale_page",
                    path=path,
                    field=field,
                    product=old["name"],
                    before=lab.in_words(field, was),
                    after=lab.in_words(field, new.get(field)),
                    seconds=FRESH_WITHIN,
                )
    shown, then, now = [card[""] for card in cards], list(before), list(after)
    if shown == then != now:
        example = next(iter({*then} ^ {*now}), then[0])
        name = (after.get(example) or before[example])["name"]
        lab.foul("stale_shelf", path=path, product=name, seconds=FRESH_WITHIN)


def _compare_front(lab: Lab, shop: Shop) -> None:
    """Refuse a fix of the categories that breaks the front page, which shares their cards."""
    _compare(lab, "/", lab.shelves(shop).all, lab.cards(shop.page("/").text))


def _change(lab: Lab, shop: Shop) -> None:
    """Change all that cards show, in two categories; refuse pages that do not notice in time."""
    lab.step("changing", seconds=FRESH_WITHIN)
    shelves = lab.shelves(shop)
    asks = ASKS_QUICK if lab.quick else ASKS
    paths = (*lab.random.sample(list(shelves.by_path), 2), "/")
    for _ in range(asks):
        for path in paths:
            shop.page(path)  # whoever keeps pages has a fresh one now
    before = {path: shelves.of(path) for path in paths}
    _edit(lab, shop, before[paths[0]])
    _rearrange(lab, shop, paths[1], before[paths[1]])
    shelves = lab.shelves(shop)
    after = {path: shelves.of(path) for path in paths}

    def ask() -> list[tuple[str, list[dict[str, str]]]]:
        return [(path, lab.cards(shop.page(path).text)) for path in paths for _ in range(asks)]

    def are_true(pages: list[tuple[str, list[dict[str, str]]]]) -> bool:
        return not any(_first(_faults(lab, path, after[path], cards)) for path, cards in pages)

    if lab.wait_until(lambda: are_true(ask()), timeout=FRESH_WITHIN, every=0.2):
        return
    pages = ask()
    for path, cards in pages:
        _refuse_stale(lab, path, before[path], after[path], cards)
    for path, cards in pages:
        _compare(lab, path, after[path], cards)


def _first(faults: Iterable[Fault]) -> Fault | None:
    return next(iter(faults), None)


def _edit(lab: Lab, shop: Shop, cards: Cards) -> None:
    """Have staff change one product and whatever it shares with others; a visitor reviews it."""
    reduced = [slug for slug, card in cards.items() if "promotion" in card]
    slug, word, staff = lab.random.choice(reduced or list(cards)), lab.token(), lab.staff(shop)
    key, name, price, pieces, brand, maker, *more = shop.sql(ROW, [slug])[0]
    country, land, shelf, title, cover, alt, offer, promotion, percent = more
    fields = {"name": f"{name} {word}", "price": str(price + 1)}
    staff.edit("catalog/product", key, {**fields, "stock-0-quantity": str(pieces + 3)})
    staff.edit("catalog/brand", brand, name=f"{maker} {word}")
    staff.edit("catalog/country", country, name=f"{land} {word}")
    staff.edit("catalog/category", shelf, name=f"{title} {word}")
    staff.edit("catalog/image", cover, alt=f"{alt} {word}")
    if offer:
        staff.edit("catalog/promotion", offer, name=f"{promotion} {word}", percent=percent % 80 + 3)
    lab.person(shop).review(slug, lab.random.randint(1, 5))


def _rearrange(lab: Lab, shop: Shop, path: str, cards: Cards) -> None:
    """Have one product of a category come first, one go, and one that was not shown come."""
    gone, first = lab.random.sample(list(cards)[1:], 2)
    staff, now = lab.staff(shop), datetime.now(UTC)
    at = {"published_at_0": f"{now:%Y-%m-%d}", "published_at_1": f"{now:%H:%M:%S}"}
    staff.edit("catalog/product", shop.sql(ROW, [first])[0][0], at)
    staff.edit("catalog/product", shop.sql(ROW, [gone])[0][0], is_live=False)
    for (key,) in shop.sql(HIDDEN, [path]):
        staff.edit("catalog/product", key, is_live=True)


def _dearer(shop: Shop, slug: str) -> None:
    """Raise the price of a product, in the database."""
    shop.sql("UPDATE catalog_product SET price = price + 1.11 WHERE slug = %s", [slug])


# -- who is there ----------------------------------------------------------------------------------

people: list[Customer] = []
"""Whom the shop knows by name or by cart; this module is loaded anew for each run."""


def _arrive(lab: Lab) -> None:
    """Let people log in and fill their carts; refuse pages that mistake one for another."""
    lab.step("greeting")
    cards = [card for card in lab.shelves().all.values() if card["stock"] > MOST_PIECES]
    users = ("gina", "lotte", "asha", "")
    people[:] = [lab.customer(user) for user in users]
    wanted = lab.random.sample(cards, len(people))
    some, more = lab.random.sample(range(2, MOST_PIECES), 2)
    # Two have one name, and two that have none in common have as much in their carts.
    numbers = (some, more, some, more)
    for guest, card, pieces in zip(people, wanted, numbers, strict=True):
        if guest.user:
            guest.come_back()
        guest.fill_cart(card[""], card["name"], pieces)
    people.append(lab.customer())
    for path in _kinds_of_pages(lab):
        for foul, params in _greeted(people, path, lab):
            lab.foul(foul, **params)


def _kinds_of_pages(lab: Lab) -> list[str]:
    """Return a page of every kind that greets people, two of those that visitors come for."""
    shelves = lab.shelves()
    slug = lab.random.choice(list(shelves.all))
    word = shelves.all[slug]["brand"].split()[0]
    shown = lab.random.sample(list(shelves.by_path), 2)
    return [*shown, "/", f"/search/?q={quote(word)}", f"/product/{slug}/"]


def _greeted(guests: Iterable[Customer], path: str, lab: Lab) -> Iterable[Fault]:
    """Have *guests* open a page right after each other; yield who is not who they are there."""
    # A customer first: what is kept for others is then seen by others.
    first, *others = guests
    for guest in (first, *lab.random.sample(others, len(others))):
        text = guest.see(path)
        if user := lab.customers.mistaken_for(guest, text):
            whose = lab.customers.name(user)
            yield "somebody_else", {"who": guest.called, "path": path, "whose": whose}
        elif guest.token not in text:
            yield "not_greeted", {"name": guest.called, "path": path}
        elif guest.pieces not in (guest.carts_in(text) or [0]):
            shown = (guest.carts_in(text) or [0])[0]
            cart = {"pieces": guest.pieces, "shown": shown}
            yield "wrong_cart", {"who": guest.called, "path": path, **cart}
