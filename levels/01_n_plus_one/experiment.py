"""Level 1: how many statements does the front page cost, and does it still tell the truth?

The data is shuffled for each run, so the only way to show the right numbers is to ask for them.
What the page must show is worked out here, in SQL, from the same database.
"""

from __future__ import annotations

import html
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tutor.lab import Card, Customer, Lab, Shop, ShownCard, Trace, WrongField
    from tutor.lab.instruments.person import Person

PAGE = "/"
LIVE = 200
PROMOTED = 91
"""Of the live products, and as many of the drafts: 1 + 6 × 200 + 91 statements make 1292."""
BRONZE = 212
GOLD = 12
SESSION = 1
"""Statements that somebody with a cart costs on any page: their session."""
SIGNED_IN = 2
"""Statements that somebody logged in costs on any page: their session and their name."""
CROWD = 6
"""Visitors at once of whom each worker gets one."""
PATIENCE = 60.0
EDITED = ("price", "name", "stock", "brand", "reviews", "rating")
"""The fields that change when staff and a visitor were there."""

SHUFFLE = """
SELECT setseed(%(seed)s);
UPDATE catalog_product AS product
   SET name = product.name || ' ' || upper(substr(md5(random()::text), 1, 4)),
       price = round((5 + random() * 195)::numeric, 2),
       published_at = now() - random() * interval '900 days',
       brand_id = (SELECT id FROM catalog_brand
                    WHERE product.id > 0 ORDER BY random() LIMIT 1),
       category_id = (SELECT id FROM catalog_category
                       WHERE product.id > 0 ORDER BY random() LIMIT 1),
       is_live = false, promotion_id = NULL;
UPDATE catalog_product SET is_live = true
 WHERE id IN (SELECT id FROM catalog_product ORDER BY random() LIMIT %(live)s);
UPDATE catalog_product AS product
   SET promotion_id = (SELECT id FROM catalog_promotion
                        WHERE product.id > 0 ORDER BY random() LIMIT 1)
 WHERE id IN (SELECT id FROM catalog_product WHERE is_live ORDER BY random() LIMIT %(promoted)s)
    OR id IN (SELECT id FROM catalog_product
               WHERE NOT is_live ORDER BY random() LIMIT %(promoted)s);
UPDATE catalog_stock SET quantity = floor(random() * 40);
UPDATE catalog_review SET stars = 1 + floor(random() * 5), is_published = random() < 0.7;
ANALYZE;
"""

PRODUCT = """
SELECT product.id, product.name, product.price, stock.quantity, brand.id, brand.name
  FROM catalog_product AS product
  JOIN catalog_stock AS stock ON stock.product_id = product.id
  JOIN catalog_brand AS brand ON brand.id = product.brand_id
 WHERE product.slug = %s
"""


class Experiment:
    """Judges one shop by its front page."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def prepare(self) -> None:
        """Shuffle the data before anything of the learner's sees it."""
        self.lab.step("shuffling")
        seed = self.lab.random.uniform(-1, 1)

        def shuffle(shop: Shop) -> None:
            for statement in SHUFFLE.strip().split(";\n"):
                shop.sql(statement % {"seed": seed, "live": LIVE, "promoted": PROMOTED})

        self.lab.before_migrations(shuffle)

    def check(self) -> None:
        """Count, compare with the database, change, double."""
        shop = self.lab.shop
        self.lab.step("counting")
        counts, page, texts = self._count("queries", 2)
        strangers = max(counts)
        self._count_others("queries", strangers)
        self.lab.step("comparing")
        self._compare(shop, self.lab.cards(page))
        lost = self._is_lost()
        seems_kept = min(counts) < strangers
        if not (self.lab.quick and lost) or seems_kept:
            self._change(shop)
        if not (self.lab.quick and lost):
            self._compare_category(shop)
            self._double(shop)
        is_dear = self.lab.measures["queries"] > GOLD or self.lab.measures.get("slope", 0) > 0
        # Of the products that were counted: the survey takes some off sale and puts others on.
        trace = self._trace(shop) if is_dear else None
        if not lost:
            self.lab.survey()
        self._look_into_functions(shop, texts)
        if trace:
            self._explain(shop, trace, strangers, is_kept=seems_kept)

    def load(self) -> None:
        """Race the broken shop against this one, then send visitors."""
        shop = self.lab.shop
        self.lab.step("racing")
        # Where the counters have decided already, the clock only illustrates; three rounds, so that
        # one bad moment is not what it shows.
        self.lab.race("time_ratio", PAGE, rounds=3 if self._is_lost() else 5)
        with self.lab.counting(self.lab.broken) as before:
            self.lab.broken.page(PAGE)
        self.lab.measure("broken_queries", before.count)
        self.lab.step(
            "loading", users=self.lab.level.load.users, seconds=self.lab.level.load.seconds
        )
        names = {
            slug: html.escape(card["name"])
            for slug, card in self.lab.live_products(shop).all.items()
        }
        total = self.lab.load(facts={"names": names})
        if total.failures:
            example = self.lab.in_kinds(total.errors, total.failures)
            self.lab.foul("wrong_under_load", count=total.failures, example=example)

    def settle(self) -> None:
        """Compare once more: the page must still tell the truth after the load."""
        if not self._is_lost():
            self.lab.step("comparing")
            self._change(self.lab.shop, visitors=CROWD)

    def _is_lost(self) -> bool:
        """Return whether the statements alone refuse even bronze."""
        return bool(self.lab.measures["queries"] > BRONZE)

    def _count(self, measure: str, times: int) -> tuple[list[int], str, list[str]]:
        """Return how many statements each of so many front pages took; the page; and them all.

        The largest number is the *measure*, as soon as there is one: a page that is kept somewhere
        costs nothing the second time, and nothing the first time if somebody was there before.
        """
        counts: list[int] = []
        texts: list[str] = []
        for _ in range(times):
            with self.lab.counting() as statements:
                text = self.lab.shop.page(PAGE).text
            counts.append(statements.count)
            texts += statements.texts
            self.lab.measure(measure, max(counts))
        return counts, text, texts

    def _count_others(self, measure: str, strangers: int) -> None:
        """Count for somebody with a browser and for a customer, too; the dearest is the *measure*.

        The page is for people: it must not be quick only for whoever comes to measure it.
        """
        if self._is_lost():
            return
        for who, visitor, own in self._others:
            with self.lab.counting() as statements:
                visitor.get(PAGE)
            queries = statements.count - own
            if queries > self.lab.measures[measure]:
                self.lab.measure(measure, queries)
            if queries > max(strangers, GOLD):
                self.lab.find_once("dear_visitor", who=who, stranger=strangers, counted=queries)

    @cached_property
    def _others(self) -> list[tuple[str, Person | Customer, int]]:
        """Who comes but a stranger, each with the statements they cost on any page."""
        lab = self.lab
        somebody, buyer, customer = lab.person(), lab.person(), lab.customer("gina")
        somebody.change_browser()
        buyer.add(lab.random.choice(list(lab.live_products().all)))
        buyer.get("/cart/")  # the message is read there
        customer.come_back()
        return [
            ("somebody with a browser", somebody, 0),
            ("somebody with a cart", buyer, SESSION),
            (customer.called, customer, SIGNED_IN),
        ]

    def _compare(self, shop: Shop, cards: Sequence[ShownCard]) -> None:
        """Refuse a page whose cards do not show what the database says."""
        seen = self.lab.compare(self.lab.live_products(shop).all, cards)
        if missing := seen.missing:
            self.lab.foul(
                "rows_missing",
                missing=len(missing),
                expected=len(seen.expected),
                shown=len(seen.shown),
                example=seen.name(missing[0]),
            )
        if surplus := len(cards) - len(seen.expected):
            example = (seen.extra or cards)[0].get("name", "?")
            self.lab.foul("rows_extra", extra=surplus, example=example)
        wrong = list(seen.wrong_fields())
        if absent := _most_frequent(one for one in wrong if one.is_absent):
            first = absent[0]
            self.lab.foul(
                "field_missing", field=first.field, product=first.product, count=len(absent)
            )
        if alike := _most_frequent(wrong):
            first = alike[0]
            about = {"field": first.field, "product": first.product}
            self.lab.foul("wrong_value", **about, **first.values, count=len(alike))
        if place := seen.misplaced:
            self.lab.foul(
                "wrong_order",
                product=place.product,
                position=place.position,
                expected=place.belongs,
            )

    def _compare_category(self, shop: Shop) -> None:
        """Refuse a fix of the front page that breaks the pages which share its cards."""
        truth = self.lab.live_products(shop).all
        category = self.lab.random.choice(list(truth.values()))["category"]
        slug = shop.sql("SELECT slug FROM catalog_category WHERE name = %s", [category])[0][0]
        path = f"/category/{slug}/"
        expected = {slug: card for slug, card in truth.items() if card["category"] == category}
        seen = self.lab.compare(expected, self.lab.cards(shop.page(path).text))
        for wrong in seen.wrong_fields():
            self.lab.foul(
                "other_page_wrong",
                path=path,
                field=wrong.field,
                product=wrong.product,
                **wrong.values,
            )

    def _change(self, shop: Shop, *, visitors: int = 1) -> None:
        """Change what a card shows, and refuse a page that does not notice at once.

        With several *visitors* at once every worker is asked: one alone may know what it saved
        itself.
        """
        self.lab.step("changing")
        expected = self.lab.live_products(shop).all
        slug = self.lab.random.choice(list(expected))
        self._see(shop, visitors)  # whoever keeps pages has a fresh one now
        key, name, price, pieces, brand, maker = shop.sql(PRODUCT, [slug])[0]
        token, staff = self.lab.token(), self.lab.staff(shop)
        fields = {"name": f"{name} {token}", "price": str(price + 1)}
        # As the shop's people do: whoever forgets a page when something is saved is right, too.
        self._save(lambda: staff.edit("catalog/brand", brand, name=f"{maker} {token}"))
        stock = {"stock-0-quantity": str(pieces + 7)}
        self._save(lambda: staff.edit("catalog/product", key, {**fields, **stock}))
        self._save(lambda: self.lab.person(shop).review(slug, self.lab.random.randint(1, 5)))
        after = self.lab.live_products(shop).all[slug]
        for text in self._see(shop, visitors):
            cards = self.lab.cards(text)
            card = next((card for card in cards if card[""] == slug), {"": slug})
            self._refuse_stale(expected[slug], after, card)
            self._compare(shop, cards)

    def _save(self, save: Callable[[], object]) -> None:
        """Have somebody *save* something; who makes the page anew for that pays what it costs."""
        with self.lab.counting() as statements:
            save()
        if statements.count > max(BRONZE, self.lab.measures["queries"]):
            self.lab.measure("queries", statements.count)
            self.lab.find_once("dear_save", counted=statements.count)

    def _see(self, shop: Shop, visitors: int) -> list[str]:
        """Return the front page as so many strangers see it, all at once."""
        with self.lab.counting() as statements:
            texts = [shop.page(PAGE).text]
        if visitors == 1:
            # What is kept until something changes costs what it costs when it did.
            self.lab.measure("queries", max(statements.count, self.lab.measures["queries"]))
        else:
            crowd = [self.lab.person(shop) for _ in range(visitors)]
            looks = [lambda person=person: texts.append(person.get(PAGE).text) for person in crowd]
            self.lab.at_once(looks, patience=PATIENCE)
        return texts

    def _refuse_stale(self, before: Card, after: Card, card: ShownCard) -> None:
        """Refuse a *card* that still says what was true *before*."""
        slug = card[""]
        for stale in self.lab.stale_fields({slug: before}, {slug: after}, [card], EDITED):
            self.lab.foul(
                "stale_page",
                field=stale.field,
                product=stale.product,
                before=stale.before,
                after=stale.after,
            )

    def _double(self, shop: Shop) -> None:
        """Put the drafts on sale too and count again."""
        queries = self.lab.measures["queries"]
        self.lab.step("doubling", products=2 * LIVE)
        self._put_on_sale(shop, 2 * LIVE)
        counts, page, _ = self._count("queries_doubled", 1 if self._is_lost() else 2)
        self._count_others("queries_doubled", max(counts))
        doubled = self.lab.measures["queries_doubled"]
        self.lab.measure("slope", round((doubled - queries) / LIVE, 3))
        self._compare(shop, self.lab.cards(page))
        self._put_on_sale(shop, LIVE)
        if doubled > queries:
            self.lab.find("grows", before=queries, after=doubled, products=LIVE, doubled=2 * LIVE)

    def _put_on_sale(self, shop: Shop, number: int) -> None:
        """Have so many products be live, first those that were; the last one by hand.

        So a page that is kept until something is saved hears of it.
        """
        keys = self._line
        shop.sql("UPDATE catalog_product SET is_live = id = ANY(%s)", [keys[: number - 1]])
        self.lab.staff(shop).edit("catalog/product", keys[number - 1], is_live=True)

    @cached_property
    def _line(self) -> list[int]:
        """The keys of all products, those first that were live when somebody asked."""
        line = "SELECT id FROM catalog_product ORDER BY NOT is_live, published_at, id"
        return [key for (key,) in self.lab.shop.sql(line)]

    @contextmanager
    def _doubled(self, shop: Shop) -> Iterator[None]:
        """Have the drafts be on sale, too, during the block."""
        self._put_on_sale(shop, 2 * LIVE)
        yield
        self._put_on_sale(shop, LIVE)

    def _look_into_functions(self, shop: Shop, texts: list[str]) -> None:
        """Refuse a function that loops inside PostgreSQL: its scans grow with the products."""
        loop = self.lab.loops(PAGE, texts).find(lambda: self._doubled(shop), LIVE)
        if loop:
            self.lab.foul(
                "loop_in_database", function=loop.function, calls=loop.calls, scans=loop.scans
            )

    def _trace(self, shop: Shop) -> Trace:
        self.lab.step("tracing")
        return shop.trace(PAGE)

    def _explain(self, shop: Shop, trace: Trace, queries: int, *, is_kept: bool) -> None:
        """Say which line asks so often, and what the learner's own gauge cannot see."""
        if queries > BRONZE and self.lab.changed("shop/") and not shop.toolbar_is_shown(PAGE):
            self.lab.foul("toolbar_off", counted=queries)
        if queries == LIVE + 1:
            self.lab.find("betty_step", queries=queries)
        if trace.groups and (worst := trace.groups[0]).times > 1:
            others = sum(group.times > worst.times / 4 for group in trace.groups[1:])
            self.lab.find(
                "repeats",
                statement=self.lab.brief_of(worst.statement),
                times=worst.times,
                file=worst.file,
                line=worst.line,
                code=worst.code,
            )
            if others:
                self.lab.find("repeats_too", others=others)
        # Where the page is kept, the one that was traced asked for less in any case.
        if trace.seen < queries / 2 and not is_kept:
            self.lab.find("hidden_statements", counted=queries, seen=trace.seen)


def _most_frequent(wrong: Iterable[WrongField]) -> list[WrongField]:
    """Return those of the *wrong* fields that are the same field, the one that is wrong most."""
    by_field: dict[str, list[WrongField]] = {}
    for one in wrong:
        by_field.setdefault(one.field, []).append(one)
    return max(by_field.values(), key=len, default=[])
