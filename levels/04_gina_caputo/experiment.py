"""Level 4: who sees whose name, cart and message, while strangers still share their pages?

Judged by what is on the screen, never by a header: people open pages in different orders, after a
logout, after a HEAD, with a message waiting, all at once. Names, products and cookies are new in
each run. Pages are read as a browser reads them: with the fragments that their scripts load.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop
    from tutor.lab.customers import Customer

FRONT = "/"
VISITORS, VISITORS_QUICK = 24, 12
TWIN = "as many as gina"
FEW = 40
"""Products that are enough to tell one page from another."""
ENOUGH = 90
COMMENT = re.compile(r"<!--\s*generated at\s*(.*?)\s*-->")
FLUSH_EVERY = 4
"""Tenths of a second under load after which the cache is empty once more: all race to be first."""

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
        self.pages: list[str] = []
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""
        self.people: dict[str, Customer] = {}


scene = Scene()


def prepare(lab: Lab) -> None:
    """Give products and customers names that nobody knows."""
    lab.step("renaming")
    token = lab.token()

    def rename(shop: Shop) -> None:
        for statement in PREPARE.strip().split(";\n"):
            shop.sql(statement % {"token": f"'{token}'", "few": FEW})
        lab.customers.rename(shop)

    lab.before_migrations(rename)


def check(lab: Lab) -> None:
    """Use the shop, compare what everybody sees, then count hits."""
    lab.step("using")
    _choose_pages(lab)
    people = _arrive(lab)
    lab.step("comparing")
    _compare(lab, people)
    lab.step("counting")
    many = VISITORS_QUICK if lab.quick else VISITORS
    lab.measure("hit_rate", lab.keeping.hit_rate(scene.pages[:2], many))
    if lab.measures["hit_rate"] < ENOUGH:
        lab.find("hits_lost", renders=lab.measures["renders"], visits=lab.measures["visits"])
    for path in scene.pages[:2]:
        lab.refuse_kept(path)
    scene.people = people
    if not any(lab.measures[name] for name in ("misgreeted", "carts", "echoes", "borrowed")):
        # Whoever shows one visitor's page to another has been told; all others are looked at whole.
        lab.step("surveying")
        lab.survey(emptied=True)


def load(lab: Lab) -> None:
    """Send everybody at once, and empty the cache under them again and again."""
    plan = lab.level.load
    lab.step("loading", users=plan.users, seconds=plan.seconds)
    people = [person for person in scene.people.values() if person.token]
    facts = {
        "pages": {path: lab.shelves().names(path) for path in scene.pages[:2]},
        "fragments": sorted(set().union(*(p.browser.fragments for p in scene.people.values()))),
        "people": [
            {
                "name": p.called,
                "token": p.token,
                "cookies": p.browser.visitor.cookies,
                "reads": p.browser.cookies_read,
            }
            for p in people
        ],
    }
    ticks = iter(range(10**9))

    def empty_now_and_then() -> None:
        if next(ticks) % FLUSH_EVERY == 0:
            lab.shop.empty_caches()

    total = lab.load(facts=facts, during=empty_now_and_then)
    if total.failures:
        kind, _ = lab.largest(total.errors)
        example = lab.in_kinds(total.errors, total.failures)
        together = "only_together" if kind == "greeted" and not lab.findings else "together"
        lab.find(together, count=total.failures, example=example)


def settle(lab: Lab) -> None:
    """After the crowd is gone, everybody must still be themselves."""
    lab.step("comparing")
    wrong = 0
    lab.shop.empty_caches()
    for name in _order(lab, "asha"):
        wrong += _is_misgreeted(lab, scene.people[name], FRONT)
    lab.measure("misgreeted", lab.measures["misgreeted"] + wrong)
    _measure_borrowed(lab)
    if lab.measures["hit_rate"] >= ENOUGH:
        lab.step("waiting")
        lab.keeping.must_last(scene.pages[1])


# -- is it still the shop? ---------------------------------------------------------------------


def _choose_pages(lab: Lab) -> None:
    """Choose the pages that are looked at: two public ones, a search, and two that are personal."""
    rows = lab.shop.sql("SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()")
    scene.products = [(slug, name) for slug, name in rows]
    slug, name = scene.products.pop()
    words = name.rpartition(" ")[2]
    scene.pages = [
        *(FRONT, lab.random.choice(list(lab.shelves().by_path))),
        *(f"/search/?q={words}", f"/product/{slug}/", "/cart/"),
    ]
    lab.keeping.must_find([name, scene.products.pop()[1]])
    lab.keeping.must_stay_what_they_are()
    lab.keeping.must_survive_a_head(scene.pages[:2])


def _arrive(lab: Lab) -> dict[str, Customer]:
    """Let everybody log in and fill their carts; refuse a shop in which that fails."""
    people = {user: lab.customer(user) for user in lab.customers.tokens} | {"": lab.customer()}
    pieces = iter(lab.random.sample(range(11, 40), len(people)))
    for person in people.values():
        if person.user:
            person.log_in()
        slug, name = scene.products.pop()
        for more in (next(pieces), 1)[: 1 if lab.quick else 2]:
            person.fill_cart(slug, name, more)
    # Somebody else has as many things: a number says nothing about whose they are.
    people[TWIN] = lab.customer()
    people[TWIN].fill_cart(*scene.products.pop(), people["gina"].pieces)
    people["nobody"] = lab.customer()
    lab.customer().must_publish(scene.products[-1][0])
    lab.customer().forge(scene.products[-1][0])
    return people


# -- who sees what -----------------------------------------------------------------------------


def _compare(lab: Lab, people: dict[str, Customer]) -> None:
    """Count who is shown a wrong name, a wrong cart, somebody else's message or cookie."""
    misgreeted = carts = 0
    for path in scene.pages:
        # With an empty cache even Betty's first try greeted somebody.
        lab.shop.empty_caches()
        people["gina"].must_be_greeted(path)
        for order in _orders(lab, path):
            if order[0] != "gina":
                lab.shop.empty_caches()
            for name in order:
                text = people[name].see(path)
                is_wrong = _is_misgreeted(lab, people[name], path, text)
                misgreeted += is_wrong
                carts += _has_wrong_cart(lab, people[name], path, text, tell=not is_wrong)
    misgreeted += _head_first(lab, people)
    carts += sum(
        not people[name].sees_at_once(FRONT, scene.products.pop()[0]) for name in ("gina", "")
    )
    lab.measure("carts", carts)
    lab.measure("echoes", _messages(lab, people))
    misgreeted += _log_out(lab, people)
    lab.measure("misgreeted", misgreeted)
    _measure_borrowed(lab)


def _measure_borrowed(lab: Lab) -> None:
    """Count the cookies that were given to somebody else as well; name one."""
    borrowed = lab.customers.borrowed
    for cookie, path in borrowed[:1]:
        lab.find_once("borrowed", cookie=cookie, path=path)
    lab.measure("borrowed", len(borrowed))


def _order(lab: Lab, first: str) -> list[str]:
    """Return everybody, beginning with *first*."""
    rest = [name for name in (*lab.customers.tokens, "", TWIN, "nobody") if name != first]
    lab.random.shuffle(rest)
    return [first, *rest]


def _orders(lab: Lab, path: str) -> list[list[str]]:
    """Return in which orders people open *path*; in haste, fewer of them where it is not the front.

    No page is left out: whether one is looked at must not be a matter of luck.
    """
    if not lab.quick:
        return [_order(lab, first) for first in ("gina", "nobody", "asha")]
    if path == FRONT:
        return [_order(lab, first) for first in ("gina", "nobody")]
    return [["gina", "asha", "", "nobody"], ["nobody", "gina"]]


def _is_misgreeted(lab: Lab, person: Customer, path: str, seen: str = "") -> bool:
    """Return whether *person* reads somebody else's name, or not their own."""
    text = seen or person.see(path)
    if user := lab.customers.mistaken_for(person, text):
        _explain(lab, person, path, user)
        return True
    if person.token not in text:
        lab.find_once("nobody_again", name=person.called, path=path)
        return True
    return False


def _explain(lab: Lab, person: Customer, path: str, user: str) -> None:
    """Say what was kept: what a script fetched, a part of the page, or the page itself."""
    token, whose, last = lab.customers.tokens[user], lab.customers.name(user), person.last
    values = {"who": person.called, "path": path, "whose": whose}
    for address, text in person.browser.loaded.items():
        if token in text and token not in last.text:
            lab.find_once("kept_fetch", **values, address=address)
            return
    if not _is_kept_whole(person, last.text, path):
        lab.find_once("kept_part", **values)
        return
    headers = last.headers
    control = headers.get("cache-control", "")
    if "private" in control or "cookie" in headers.get("vary", "").lower():
        claims = f"Vary: {headers.get('vary', '–')}; Cache-Control: {control or '–'}"
        lab.find_once("headers_lie", path=path, claims=claims, whose=whose)
    else:
        lab.find_once("kept_page", **values)


def _is_kept_whole(person: Customer, text: str, path: str) -> bool:
    """Return whether the page *person* just got was made before: the next one is the same."""
    again = person.get(path)
    moments = COMMENT.findall(text), COMMENT.findall(again.text)
    if moments[0]:
        return moments[0] == moments[1]
    return "age" in again.headers or again.text == text


def _has_wrong_cart(lab: Lab, person: Customer, path: str, text: str, *, tell: bool) -> bool:
    """Return whether the header counts other things than are in *person*'s cart."""
    carts = person.carts_in(text)
    if person.pieces in (carts or [0]):
        return False
    shown = carts[0] if carts else 0
    if tell:
        lab.find_once("wrong_cart", who=person.called, path=path, pieces=person.pieces, shown=shown)
    return True


def _head_first(lab: Lab, people: dict[str, Customer]) -> int:
    """Return how many are misgreeted after a HEAD: it may make the page that a GET is given."""
    wrong = 0
    for path in scene.pages[:2]:
        lab.shop.empty_caches()
        people["gina"].browser.visitor.head(path)
        wrong += sum(_is_misgreeted(lab, people[name], path) for name in ("asha", "nobody"))
    return wrong


def _messages(lab: Lab, people: dict[str, Customer]) -> int:
    """Return how many read a message that was not for them, or twice what was."""
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
    path = f"/product/{scene.products.pop()[0]}/"
    review = {"stars": "5", "text": "Lay down. Stayed down.", "author_name": "Om"}
    form = reviewer.get(path).text
    lab.shop.empty_caches()
    reviewer.submit(path, form, review)
    return lab.customers.echoes("Your review is online", FRONT, reviewer, [lab.customer()])


def _log_out(lab: Lab, people: dict[str, Customer]) -> int:
    """Return how many still see a name after its owner has left, the owner included."""
    tomas = people["tomas"]
    for path in scene.pages[:3]:
        tomas.see(path)
    tomas.log_out()
    wrong = 0
    for path in scene.pages[:3]:
        for person in (tomas, people["nobody"], lab.customer(), people["gina"]):
            wrong += _is_misgreeted(lab, person, path)
    return wrong
