"""Level 3: does the cache save work for visitors with different cookies, and is the shop still one?

A hit is a page for which PostgreSQL was not asked for products, whatever keeps it and at whatever
depth. Names, products and cookies are new in each run. Pages are read as a browser reads them:
with the fragments that their scripts load.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop
    from tutor.lab.customers import Customer

FRONT = "/"
VISITORS, VISITORS_QUICK = 24, 12
FEW = 40
"""Products that are enough to tell one page from another; under load all of them are live."""
ENOUGH = 90

PREPARE = """
UPDATE catalog_product SET name = name || ' ' || %(token)s || id;
UPDATE catalog_stock SET quantity = 500;
UPDATE catalog_product SET is_live = false
 WHERE id NOT IN (SELECT id FROM catalog_product WHERE is_live ORDER BY random() LIMIT %(few)s);
ANALYZE
"""


class Scene:
    """What a run made up or found out; this module is loaded anew for each run."""

    def __init__(self) -> None:
        self.live: list[int] = []
        """The products that are live on an ordinary day."""
        self.pages: list[str] = []
        self.others: list[str] = []
        """Pages that nothing is counted on."""
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""


scene = Scene()


def prepare(lab: Lab) -> None:
    """Give products and customers names that nobody knows."""
    lab.step("renaming")
    token = lab.token()

    def rename(shop: Shop) -> None:
        scene.live = [key for (key,) in shop.sql("SELECT id FROM catalog_product WHERE is_live")]
        for statement in PREPARE.strip().split(";\n"):
            shop.sql(statement % {"token": f"'{token}'", "few": FEW})
        lab.customers.rename(shop)

    lab.before_migrations(rename)


def check(lab: Lab) -> None:
    """Count hits, empty the cache, then look at the shop with four pairs of eyes."""
    lab.step("counting")
    rate = lab.keeping.hit_rate(_pages(lab), VISITORS_QUICK if lab.quick else VISITORS)
    lab.measure("hit_rate", rate)
    _refuse_borrowed(lab)
    if rate < ENOUGH:
        _explain(lab)
    lab.step("emptying")
    _empty_and_change(lab)
    lab.step("using")
    people = _arrive(lab)
    if rate < ENOUGH:
        return
    lab.step("comparing")
    _compare(lab, people)
    _refuse_borrowed(lab)
    if not lab.measures["misplaced"] and not lab.measures["echoes"]:
        # Whoever shows one visitor's page to another has been told; all others are looked at whole.
        lab.step("surveying")
        lab.survey(emptied=True)


def load(lab: Lab) -> None:
    """Send visitors, each with cookies of their own."""
    plan = lab.level.load
    lab.step("loading", users=plan.users, seconds=plan.seconds)
    lab.shop.sql("UPDATE catalog_product SET is_live = true WHERE id = ANY(%s)", [scene.live])
    lab.shop.empty_caches()
    # The first visit is nobody's merit: on a busy machine it would be one of few.
    first = lab.customer()
    for path in _pages(lab):
        lab.keeping.must_show(path, first.see(path))
    facts = {
        "pages": {path: lab.shelves().names(path) for path in _pages(lab)},
        "fragments": sorted(first.browser.fragments),
    }
    with lab.shop.counting() as statements:
        total = lab.load(facts=facts)
    renders = lab.asked_for_products(statements.texts) / max(1, *lab.keeping.asked.values())
    lab.measure("load_hit_rate", math.floor(1000 * max(0, 1 - renders / total.requests)) / 10)
    if total.failures:
        example = lab.in_kinds(total.errors, total.failures)
        lab.foul("wrong_under_load", count=total.failures, example=example)


def settle(lab: Lab) -> None:
    """Nothing may have been kept that the cache does not know of; what is kept must last."""
    lab.step("emptying")
    _empty_and_change(lab)
    # Where nothing is kept at all, nothing is kept too shortly.
    if lab.measures["hit_rate"] >= ENOUGH:
        lab.step("waiting")
        lab.keeping.must_last(scene.others[0])


# -- hits --------------------------------------------------------------------------------------


def _explain(lab: Lab) -> None:
    """Say at which door the page that is made most often was turned away."""
    keeping = lab.keeping
    path = keeping.worst
    if all(len(comments) == 1 for comments in keeping.comments.values()):
        lab.find("comment_frozen", visits=lab.measures["visits"], renders=lab.measures["renders"])
    if keeping.is_made_anew(path, {}):
        _explain_answer(lab, path)
    elif keeping.is_made_anew(path, {"_ga": "GA1.1.1"}):
        lab.find("turned_away", path=path)
    elif keeping.is_made_anew(path, {}, browser="Palace"):
        vary = lab.shop.page(path).headers.get("vary", "–")
        lab.find("one_per_browser", path=path, vary=vary)
    else:
        lab.find("one_each", vary=lab.shop.page(path).headers.get("vary", "–"))


def _explain_answer(lab: Lab, path: str) -> None:
    """Say what in the answer itself keeps it out of the cache."""
    headers = lab.shop.page(path).headers
    names = re.findall(r"(?m)^\s*([\w-]+)=", headers.get("set-cookie", ""))
    if names and "cookie" in headers.get("vary", "").lower():
        lab.find("never_kept", path=path, cookies=", ".join(sorted(set(names))))
    else:
        lab.find("not_kept", path=path, control=headers.get("cache-control", "–"))


# -- is it still the shop? ---------------------------------------------------------------------


def _pages(lab: Lab) -> list[str]:
    """Return the pages that are looked at: the front page and some category."""
    if not scene.pages:
        paths = lab.random.sample(list(lab.shelves().by_path), 3)
        scene.pages, scene.others = [FRONT, paths[0]], paths[1:]
    return scene.pages


def _empty_and_change(lab: Lab) -> None:
    """Refuse a page that is kept where an empty cache does not help."""
    shop = lab.shop
    for path in _pages(lab):
        lab.refuse_kept(path)
    shop.empty_caches()
    for path in [*scene.others, *_pages(lab)]:
        lab.keeping.must_show(path, lab.customer().see(path))


def _arrive(lab: Lab) -> dict[str, Customer]:
    """Let everybody log in and fill their carts; refuse a shop in which that fails."""
    shop = lab.shop
    products = shop.sql("SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()")
    people = {user: lab.customer(user) for user in lab.customers.tokens} | {"": lab.customer()}
    pieces = iter(lab.random.sample(range(11, 40), len(people)))
    for person in people.values():
        if person.user:
            person.log_in()
        slug, name = products.pop()
        for more in (next(pieces), 1):
            person.fill_cart(slug, name, more)
    people["nobody"] = lab.customer()
    _forms_need_tokens(lab, products.pop()[0])
    lab.keeping.must_find([products.pop()[1], products.pop()[1]])
    lab.keeping.must_stay_what_they_are()
    lab.keeping.must_survive_a_head(_pages(lab))
    scene.products = products
    return people


def _forms_need_tokens(lab: Lab, slug: str) -> None:
    """Refuse a shop that takes a form from anywhere, or a review from nobody."""
    lab.customer().must_publish(slug)
    lab.customer().forge(slug)


def _refuse_borrowed(lab: Lab) -> None:
    """Refuse a shop that hands the session or the secret of one visitor to another."""
    for cookie, path in lab.customers.borrowed[:1]:
        lab.foul("borrowed", cookie=cookie, path=path)


# -- who sees what -----------------------------------------------------------------------------


def _compare(lab: Lab, people: dict[str, Customer]) -> None:
    """Count what is said to the wrong one: names and carts, then messages."""
    wrong = 0
    names = [*lab.customers.tokens, "", "nobody"]
    for path in _pages(lab)[: 1 if lab.quick else 2]:
        for user in list(lab.customers.tokens)[: 1 if lab.quick else 2]:
            # With an empty cache even Betty's first try greeted somebody.
            lab.shop.empty_caches()
            people[user].must_be_greeted(path)
        for first in ("gina", "nobody"):
            rest = [name for name in names if name != first]
            lab.random.shuffle(rest)
            lab.shop.empty_caches()
            for name in [first, *rest]:
                wrong += _is_wrong(lab, people[name], path)
    wrong += sum(
        not people[name].sees_at_once(FRONT, scene.products.pop()[0]) for name in ("gina", "")
    )
    lab.measure("misplaced", wrong)
    lab.measure("echoes", _messages(lab, people))


def _is_wrong(lab: Lab, person: Customer, path: str) -> bool:
    """Return whether *person* is shown somebody else's name or cart, or not their own."""
    text = person.see(path)
    if user := lab.customers.mistaken_for(person, text):
        whose = lab.customers.name(user)
        lab.find_once("meets_gina", who=person.called, path=path, whose=whose)
        return True
    if person.token not in text:
        lab.find_once("nobody_again", name=person.called, path=path)
        return True
    carts = person.carts_in(text) or [0]
    if person.pieces in carts:
        return False
    values = {"who": person.called, "path": path, "pieces": person.pieces, "shown": carts[0]}
    lab.find_once("wrong_cart", **values)
    return True


def _messages(lab: Lab, people: dict[str, Customer]) -> int:
    """Return how many read a message that was not for them, or not theirs."""
    echoes = 0
    for name in ("asha", ""):
        person = people[name]
        slug, product = scene.products.pop()
        lab.shop.empty_caches()
        person.buy(slug, 1)
        message = f"{product} is in your cart"
        others = (people["tomas"], people["nobody"], lab.customer())
        echoes += lab.customers.echoes(message, FRONT, person, others)
    return echoes + _review_message(lab)


def _review_message(lab: Lab) -> int:
    """Return how many read the thanks for a review they did not write.

    Whoever reviews without an account has no session: the message travels in a cookie of its own.
    """
    reviewer = lab.customer()
    slug = scene.products.pop()[0]
    page = reviewer.get(f"/product/{slug}/").text
    review = {"stars": "5", "text": "Lay down. Stayed down.", "author_name": "Om"}
    lab.shop.empty_caches()
    reviewer.submit(f"/product/{slug}/", page, review)
    return lab.customers.echoes("Your review is online", FRONT, reviewer, [lab.customer()])
