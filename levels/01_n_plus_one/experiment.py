"""Level 1: how many statements does the front page cost, and does it still tell the truth?

The data is shuffled for each run, so the only way to show the right numbers is to ask for them.
What the page must show is worked out here, in SQL, from the same database.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop

PAGE = "/"
LIVE = 200
PROMOTED = 91
"""Of the live products, and as many of the drafts: 1 + 6 × 200 + 91 statements make 1292."""
BRONZE = 212
GOLD = 12
SIGNED_IN = 2
"""Statements that somebody logged in costs on any page: their session and their name."""
CROWD = 6
"""Visitors at once of whom each worker gets one."""
PATIENCE = 60.0
BLOCK = "DO"
"""How PostgreSQL calls a block of code without a name."""

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


def prepare(lab: Lab) -> None:
    """Shuffle the data before anything of the learner's sees it."""
    lab.step("shuffling")
    seed = lab.random.uniform(-1, 1)

    def shuffle(shop: Shop) -> None:
        for statement in SHUFFLE.strip().split(";\n"):
            shop.sql(statement % {"seed": seed, "live": LIVE, "promoted": PROMOTED})

    lab.before_migrations(shuffle)


def check(lab: Lab) -> None:
    """Count, compare with the database, change, double."""
    shop = lab.shop
    lab.step("counting")
    counts, page, texts = _count(lab, "queries", 2)
    strangers = max(counts)
    _count_others(lab, "queries", strangers)
    queries = lab.measures["queries"]
    lab.step("comparing")
    _compare(lab, shop, lab.cards(page))
    lost = _is_lost(lab)
    seems_kept = min(counts) < strangers
    if not (lab.quick and lost) or seems_kept:
        _change(lab, shop)
    if not (lab.quick and lost):
        _compare_category(lab, shop)
        _double(lab, shop, queries)
    if not lost:
        lab.survey()
    _look_into_functions(lab, shop, texts)
    if queries > GOLD or lab.measures.get("slope", 0) > 0:
        _explain(lab, shop, strangers, is_kept=seems_kept)


def load(lab: Lab) -> None:
    """Race the broken shop against this one, then send visitors."""
    shop = lab.shop
    lab.step("racing")
    # Where the counters have decided already, the clock only illustrates.
    lab.race("time_ratio", PAGE, rounds=2 if _is_lost(lab) else 5)
    lab.step("loading", users=lab.level.load.users, seconds=lab.level.load.seconds)
    names = {slug: html.escape(card["name"]) for slug, card in lab.shelves(shop).all.items()}
    total = lab.load(facts={"names": names})
    if total.failures:
        example = lab.in_kinds(total.errors, total.failures)
        lab.foul("wrong_under_load", count=total.failures, example=example)


def settle(lab: Lab) -> None:
    """Compare once more: the page must still tell the truth after the load."""
    if not _is_lost(lab):
        lab.step("comparing")
        _change(lab, lab.shop, visitors=CROWD)


def _is_lost(lab: Lab) -> bool:
    """Return whether the statements alone refuse even bronze."""
    return lab.measures["queries"] > BRONZE


def _count(lab: Lab, measure: str, times: int) -> tuple[list[int], str, list[str]]:
    """Return how many statements a front page took, each of so many times; the page; and them all.

    The largest number is the *measure*, as soon as there is one: a page that is kept somewhere
    costs nothing the second time, and nothing the first time if somebody was there before.
    """
    counts: list[int] = []
    texts: list[str] = []
    for _ in range(times):
        with lab.shop.counting() as statements:
            text = lab.shop.page(PAGE).text
        counts.append(statements.count)
        texts += statements.texts
        lab.measure(measure, max(counts))
    return counts, text, texts


def _count_others(lab: Lab, measure: str, strangers: int) -> None:
    """Count for somebody with a browser and for a customer, too; the dearest is the *measure*.

    The page is for people: it must not be quick only for whoever comes to measure it.
    """
    if _is_lost(lab):
        return
    somebody, customer = lab.person(), lab.customer("gina")
    somebody.change_browser()
    customer.come_back()
    others = (("somebody with a browser", somebody, 0), (customer.called, customer, SIGNED_IN))
    for who, visitor, own in others:
        with lab.shop.counting() as statements:
            visitor.get(PAGE)
        queries = statements.count - own
        if queries > lab.measures[measure]:
            lab.measure(measure, queries)
        if queries > max(strangers, GOLD):
            lab.find_once("dear_visitor", who=who, stranger=strangers, counted=queries)


def _compare(lab: Lab, shop: Shop, cards: list[dict[str, str]]) -> None:
    """Refuse a page whose cards do not show what the database says."""
    expected = lab.shelves(shop).all
    shown = {card[""]: card for card in cards}
    missing = [slug for slug in expected if slug not in shown]
    if missing:
        lab.foul(
            "rows_missing",
            missing=len(missing),
            expected=len(expected),
            shown=len(shown),
            example=expected[missing[0]]["name"],
        )
    if len(cards) != len(expected):
        extra = [card for card in cards if card[""] not in expected] or cards
        lab.foul("rows_extra", extra=len(cards) - len(expected), example=extra[0].get("name", "?"))
    _compare_fields(lab, expected, shown)
    order = [card[""] for card in cards]
    for position, (is_there, belongs) in enumerate(zip(order, expected, strict=True), 1):
        if is_there != belongs:
            lab.foul(
                "wrong_order",
                product=expected[is_there]["name"],
                position=position,
                expected=expected[belongs]["name"],
            )


def _compare_category(lab: Lab, shop: Shop) -> None:
    """Refuse a fix of the front page that breaks the pages which share its cards."""
    truth = lab.shelves(shop).all
    category = lab.random.choice(list(truth.values()))["category"]
    slug = shop.sql("SELECT slug FROM catalog_category WHERE name = %s", [category])[0][0]
    path = f"/category/{slug}/"
    shown = {card[""]: card for card in lab.cards(shop.page(path).text)}
    for product, expected in truth.items():
        if expected["category"] != category:
            continue
        for field in lab.card_fields:
            said = shown.get(product, {}).get(field)
            if not lab.is_true(field, expected.get(field), said):
                lab.foul(
                    "other_page_wrong",
                    path=path,
                    field=field,
                    product=expected["name"],
                    page=said or "–",
                    database=lab.in_words(field, expected.get(field)),
                )


def _compare_fields(
    lab: Lab, expected: dict[str, dict[str, Any]], shown: dict[str, dict[str, str]]
) -> None:
    """Refuse cards on which a field is missing or differs; the most frequent one is named."""
    missing: dict[str, list[str]] = {}
    wrong: dict[str, list[str]] = {}
    for slug, truth in expected.items():
        for field in lab.card_fields:
            said = shown[slug].get(field)
            if field in truth and not said:
                missing.setdefault(field, []).append(slug)
            elif not lab.is_true(field, truth.get(field), said):
                wrong.setdefault(field, []).append(slug)
    if missing:
        field = max(missing, key=lambda name: len(missing[name]))
        slugs = missing[field]
        lab.foul("field_missing", field=field, product=expected[slugs[0]]["name"], count=len(slugs))
    if wrong:
        field = max(wrong, key=lambda name: len(wrong[name]))
        slugs = wrong[field]
        lab.foul(
            "wrong_value",
            field=field,
            product=expected[slugs[0]]["name"],
            page=shown[slugs[0]].get(field, "–"),
            database=lab.in_words(field, expected[slugs[0]].get(field)),
            count=len(slugs),
        )


def _change(lab: Lab, shop: Shop, *, visitors: int = 1) -> None:
    """Change what a card shows, and refuse a page that does not notice at once.

    With several *visitors* at once every worker is asked: one alone may know what it saved itself.
    """
    lab.step("changing")
    expected = lab.shelves(shop).all
    slug = lab.random.choice(list(expected))
    _see(lab, shop, visitors)  # whoever keeps pages has a fresh one now
    key, name, price, pieces, brand, maker = shop.sql(PRODUCT, [slug])[0]
    token, staff = lab.token(), lab.staff(shop)
    # As the shop's people do: whoever forgets a page when something is saved is right, too.
    staff.edit("catalog/brand", brand, name=f"{maker} {token}")
    staff.edit(
        "catalog/product",
        key,
        {"stock-0-quantity": str(pieces + 7)},
        name=f"{name} {token}",
        price=str(price + 1),
    )
    lab.person(shop).review(slug, lab.random.randint(1, 5))
    after = lab.shelves(shop).all[slug]
    for text in _see(lab, shop, visitors):
        cards = lab.cards(text)
        card = next((card for card in cards if card[""] == slug), {})
        _refuse_stale(lab, expected[slug], after, card)
        _compare(lab, shop, cards)


def _see(lab: Lab, shop: Shop, visitors: int) -> list[str]:
    """Return the front page as so many strangers see it, all at once."""
    texts = [shop.page(PAGE).text]
    if visitors > 1:
        crowd = [lab.person(shop) for _ in range(visitors)]
        looks = [lambda person=person: texts.append(person.get(PAGE).text) for person in crowd]
        lab.at_once(looks, patience=PATIENCE)
    return texts


def _refuse_stale(
    lab: Lab, before: dict[str, Any], after: dict[str, Any], card: dict[str, str]
) -> None:
    """Refuse a *card* that still says what was true *before*."""
    for field in ("price", "name", "stock", "brand", "reviews", "rating"):
        said = card.get(field)
        if before.get(field) == after.get(field) or lab.is_true(field, after.get(field), said):
            continue
        if lab.is_true(field, before.get(field), said):
            lab.foul(
                "stale_page",
                field=field,
                product=before["name"],
                before=lab.in_words(field, before.get(field)),
                after=lab.in_words(field, after.get(field)),
            )


def _double(lab: Lab, shop: Shop, queries: int) -> None:
    """Put the drafts on sale too and count again."""
    lab.step("doubling", products=2 * LIVE)
    _put_on_sale(lab, shop, 2 * LIVE)
    counts, page, _ = _count(lab, "queries_doubled", 1 if _is_lost(lab) else 2)
    _count_others(lab, "queries_doubled", max(counts))
    doubled = lab.measures["queries_doubled"]
    lab.measure("slope", round((doubled - queries) / LIVE, 3))
    _compare(lab, shop, lab.cards(page))
    _put_on_sale(lab, shop, LIVE)
    if doubled > queries:
        lab.find("grows", before=queries, after=doubled, products=LIVE, doubled=2 * LIVE)


def _put_on_sale(lab: Lab, shop: Shop, number: int) -> None:
    """Have so many products be live; the last one by hand.

    So a page that is kept until something is saved hears of it.
    """
    keys = [key for (key,) in shop.sql("SELECT id FROM catalog_product ORDER BY published_at, id")]
    shop.sql("UPDATE catalog_product SET is_live = id = ANY(%s)", [keys[: number - 1]])
    lab.staff(shop).edit("catalog/product", keys[number - 1], is_live=True)


def _look_into_functions(lab: Lab, shop: Shop, texts: list[str]) -> None:
    """Refuse a function that loops inside PostgreSQL: its scans grow with the products."""
    functions = shop.functions() or _blocks(texts)
    if not functions:
        return
    calls, few = _scans_of_a_page(lab, shop)
    _put_on_sale(lab, shop, 2 * LIVE)
    _, many = _scans_of_a_page(lab, shop)
    _put_on_sale(lab, shop, LIVE)
    if many - few >= LIVE / 2 and (calls or functions == [BLOCK]):
        lab.foul("loop_in_database", function=functions[0], calls=calls or 1, scans=few)


def _blocks(texts: list[str]) -> list[str]:
    """Return the name of an anonymous block, where the page has PostgreSQL run one."""
    return [BLOCK] if any(text.split()[0].upper() == BLOCK for text in texts) else []


def _scans_of_a_page(lab: Lab, shop: Shop) -> tuple[int, int]:
    """Return the function calls and table scans of one page, rendered in a process of its own.

    PostgreSQL publishes a connection's figures when the connection ends.
    """
    calls, scans = shop.function_calls(), shop.scans()
    shop.trace(PAGE)
    return shop.function_calls() - calls, shop.scans() - scans


def _explain(lab: Lab, shop: Shop, queries: int, *, is_kept: bool) -> None:
    """Say which line asks so often, and what the learner's own gauge cannot see."""
    lab.step("tracing")
    trace = shop.trace(PAGE)
    if queries > BRONZE and lab.changed("shop/") and not shop.toolbar_is_shown(PAGE):
        lab.foul("toolbar_off", counted=queries)
    if queries == LIVE + 1:
        lab.find("betty_step", queries=queries)
    if trace.groups and (worst := trace.groups[0]).times > 1:
        others = sum(group.times > worst.times / 4 for group in trace.groups[1:])
        lab.find(
            "repeats",
            statement=lab.brief_of(worst.statement),
            times=worst.times,
            file=worst.file,
            line=worst.line,
            code=worst.code,
        )
        if others:
            lab.find("repeats_too", others=others)
    # Where the page is kept, the one that was traced asked for less in any case.
    if trace.seen < queries / 2 and not is_kept:
        lab.find("hidden_statements", counted=queries, seen=trace.seen)
