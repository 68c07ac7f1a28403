"""Level 4: who sees whose name, cart and message, while strangers still share their pages?

Judged by what is on the screen, never by a header: people open pages in different orders, after a
logout, after a HEAD, with a message waiting, all at once. Names, products and cookies are new in
each run. Pages are read as a browser reads them: with the fragments that their scripts load.
"""

from __future__ import annotations

import html
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop

FRONT, CART = "/", "/cart/"
PASSWORD = "namaste"  # noqa: S105 - of every seeded account
NAMES = {"gina": "Gina", "asha": "Asha", "tomas": "Tomas"}
VISITORS, VISITORS_QUICK = 24, 12
FEW = 40
"""Products that are enough to tell one page from another."""
ENOUGH = 90
FLUSH_EVERY = 4
"""Tenths of a second under load after which the cache is empty once more: all race to be first."""

PREPARE = """
UPDATE catalog_product SET name = name || ' ' || %(token)s || id;
UPDATE catalog_stock SET quantity = 500;
UPDATE catalog_product SET is_live = false
 WHERE id NOT IN (SELECT id FROM catalog_product WHERE is_live ORDER BY random() LIMIT %(few)s);
ANALYZE
"""
RENAME = "UPDATE auth_user SET first_name = %s, username = %s WHERE username = %s"
# Among so few products a category may have none.
FILLED = """
SELECT DISTINCT category.slug FROM catalog_category AS category
  JOIN catalog_product AS product ON product.category_id = category.id AND product.is_live
 ORDER BY 1
"""
LISTED = """
SELECT product.name FROM catalog_product AS product
  JOIN catalog_category AS category ON category.id = category_id
 WHERE is_live AND %s IN ('', category.slug)
"""

PRODUCTS = re.compile(r'\bFROM\s+"?catalog_product"?\b', re.IGNORECASE)
OURS = ("sessionid", "csrftoken", "messages")


class Scene:
    """What a run made up or found out; this module is loaded anew for each run."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        """By user, what only their names contain."""
        self.pages: list[str] = []
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""
        self.fragments: set[str] = set()
        """What scripts load into pages."""
        self.issued: dict[tuple[str, str], Person] = {}
        """By name and value, whom a cookie was given to first."""
        self.people: dict[str, Person] = {}
        self.borrowed = 0
        """Cookies that were given to somebody else as well."""


scene = Scene()


class Person:
    """A visitor with a browser, and perhaps a name; whatever fails for them is told by name."""

    def __init__(self, lab: Lab, user: str = "") -> None:
        self.lab = lab
        self.browser = lab.person()
        self.browser.answered = self._look_at_cookies
        self.user = user
        self.token = ""
        """What only their own names contain, while they are logged in."""
        self.pieces = 0
        """How many things are in their cart."""

    @property
    def called(self) -> str:
        """What a sentence calls them."""
        return _name(self.user, self.token) if self.token else "a stranger"

    def get(self, path: str) -> Any:
        """Return the answer to a GET."""
        return self.browser.get(path)

    def see(self, path: str) -> str:
        """Return what stands on the screen; refuse a page that is gone."""
        text: str = self.browser.see(path)
        status = self.browser.last.status
        if status != 200:
            self.lab.shop.page(path)  # says why, if it fails for everybody
            self.lab.foul("page_gone", path=path, status=status)
        scene.fragments |= self.browser.fragments
        return text

    def log_in(self) -> None:
        """Log in; refuse a shop that does not let them."""
        token = scene.tokens[self.user]
        self._must_pass(
            "login_broken", "/login/", self.browser.log_in(f"{self.user}-{token}", PASSWORD)
        )
        account = self.get("/account/")
        if account.status != 200 or token not in account.text:
            self.lab.foul("login_broken", path="/account/", status=account.status)
        self.token = token

    def log_out(self) -> None:
        """Log out."""
        self._must_pass("forms_broken", "/logout/", self.browser.log_out())
        self.token = ""
        self.pieces = 0

    def submit(self, path: str, form: str, data: dict[str, str]) -> None:
        """Send *data* to *path* with the token of the *form* they have before them."""
        self._must_pass("forms_broken", path, self.browser.submit(path, form, data))

    def buy(self, slug: str, pieces: int) -> None:
        """Put *pieces* of a product into the cart."""
        self._must_pass("forms_broken", f"/cart/add/{slug}/", self.browser.add(slug, pieces))
        self.pieces += pieces

    def _must_pass(self, foul: str, path: str, answer: Any) -> None:
        """Refuse a form that did not lead on."""
        if answer.status not in (302, 303):
            self.lab.foul(foul, path=path, status=answer.status)

    def _look_at_cookies(self, answer: Any) -> None:
        """Count cookies of the shop whose value somebody else was given before."""
        for line in answer.headers.get("set-cookie", "").split("\n"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            if name not in OURS or not value:
                continue
            first = scene.issued.setdefault((name, value), self)
            # Two people may be told the same thing; only one may have a session or a secret.
            if first is not self and name != "messages":
                scene.borrowed += 1
                self.lab.find_once("borrowed", cookie=name, path=answer.path)


def prepare(lab: Lab) -> None:
    """Give products and customers names that nobody knows."""
    lab.step("renaming")
    token = lab.token()
    scene.tokens = {user: lab.token() for user in NAMES}

    def rename(shop: Shop) -> None:
        for statement in PREPARE.strip().split(";\n"):
            shop.sql(statement % {"token": f"'{token}'", "few": FEW})
        for user, own in scene.tokens.items():
            shop.sql(RENAME, [_name(user, own), f"{user}-{own}", user])

    lab.before_migrations(rename)


def check(lab: Lab) -> None:
    """Use the shop, compare what everybody sees, then count hits."""
    lab.step("using")
    _choose_pages(lab)
    people = _arrive(lab)
    lab.step("comparing")
    _compare(lab, people)
    lab.step("counting")
    lab.measure("hit_rate", _count_hits(lab))
    if lab.measures["hit_rate"] < ENOUGH:
        lab.find("hits_lost", renders=lab.measures["renders"], visits=lab.measures["visits"])
    _empty_and_change(lab)
    scene.people = people


def load(lab: Lab) -> None:
    """Send everybody at once, and empty the cache under them again and again."""
    plan = lab.level.load
    lab.step("loading", users=plan.users, seconds=plan.seconds)
    people = [person for person in scene.people.values() if person.token]
    facts = {
        "pages": {path: _expected(lab.shop, path) for path in scene.pages[:2]},
        "fragments": sorted(scene.fragments),
        "people": [
            {"name": p.called, "token": p.token, "cookies": p.browser.visitor.cookies}
            for p in people
        ],
    }
    ticks = iter(range(10**9))

    def empty_now_and_then() -> None:
        if next(ticks) % FLUSH_EVERY == 0:
            _empty(lab.shop)

    total = lab.load(facts=facts, during=empty_now_and_then)
    if total.failures:
        example = max(total.errors, key=lambda text: total.errors[text], default="no answer")
        alone = lab.measures["misgreeted"] == 0
        lab.find("only_together" if alone else "together", count=total.failures, example=example)


def settle(lab: Lab) -> None:
    """After the crowd is gone, everybody must still be themselves."""
    lab.step("comparing")
    wrong = 0
    _empty(lab.shop)
    for name in _order(lab, "asha"):
        wrong += _is_misgreeted(lab, scene.people[name], FRONT)
    lab.measure("misgreeted", lab.measures["misgreeted"] + wrong)
    lab.measure("borrowed", scene.borrowed)


# -- is it still the shop? ---------------------------------------------------------------------


def _choose_pages(lab: Lab) -> None:
    """Choose the pages that are looked at: two public ones, a search, and two that are personal."""
    slugs = [slug for (slug,) in lab.shop.sql(FILLED)]
    rows = lab.shop.sql("SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()")
    scene.products = [(slug, name) for slug, name in rows]
    slug, name = scene.products.pop()
    words = name.rpartition(" ")[2]
    scene.pages = [
        *(FRONT, f"/category/{lab.random.choice(slugs)}/"),
        *(f"/search/?q={words}", f"/product/{slug}/", "/cart/"),
    ]
    _must_show(lab, "/search/", Person(lab).see(f"/search/?q={words}"), [name])


def _arrive(lab: Lab) -> dict[str, Person]:
    """Let everybody log in and fill their carts; refuse a shop in which that fails."""
    people = {user: Person(lab, user) for user in NAMES} | {"": Person(lab)}
    pieces = iter(lab.random.sample(range(11, 40), len(people)))
    for person in people.values():
        if person.user:
            person.log_in()
        slug, name = scene.products.pop()
        for more in (next(pieces), 1):
            person.buy(slug, more)
            # First with a message that says so, then without.
            for _ in range(2):
                cart = html.unescape(person.get("/cart/").text)
                if name not in cart or f'value="{person.pieces}"' not in cart:
                    lab.foul("cart_broken", product=name, pieces=person.pieces)
    people["nobody"] = Person(lab)
    stranger = Person(lab)
    path = f"/cart/add/{scene.products[-1][0]}/"
    answer = stranger.browser.visitor.post(path, {"quantity": "1"})
    if answer.status != 403:
        lab.foul("csrf_gone", path=path, status=answer.status)
    return people


def _expected(shop: Shop, path: str) -> list[str]:
    """Return the names of the products a page must show."""
    slug = path.split("/")[2] if path.startswith("/category/") else ""
    return [name for (name,) in shop.sql(LISTED, [slug])]


def _must_show(lab: Lab, path: str, text: str, names: list[str]) -> None:
    """Refuse a page on which products are missing."""
    text = html.unescape(text)
    missing = [name for name in names if name not in text]
    if missing:
        lab.foul("products_missing", path=path, count=len(missing), example=missing[0])


def _empty(shop: Shop) -> None:
    """Empty every cache of the shop that is a service."""
    for title in ("memcached", "redis"):
        if title in shop.services:
            shop.flush_cache(title)


def _empty_and_change(lab: Lab) -> None:
    """Refuse a page that is kept where an empty cache does not help."""
    shop = lab.shop
    for path in scene.pages[:2]:
        for _ in range(2):
            shop.page(path)
        before = lab.random.choice(_expected(shop, path))
        after = f"{before} {lab.token()}"
        shop.sql("UPDATE catalog_product SET name = %s WHERE name = %s", [after, before])
        _empty(shop)
        if after not in html.unescape(shop.page(path).text):
            lab.foul("stale_page", path=path, before=before, after=after)


# -- hits --------------------------------------------------------------------------------------


def _count_hits(lab: Lab) -> float:
    """Return in how many of 100 visits of strangers PostgreSQL was not asked for products."""
    visits = renders = 0
    many = VISITORS_QUICK if lab.quick else VISITORS
    for path in scene.pages[:2]:
        _empty(lab.shop)
        with lab.shop.counting() as cold:
            first = Person(lab).see(path)
        asked = _asked_for_products(cold.texts)
        _must_show(lab, path, first, _expected(lab.shop, path))
        _empty(lab.shop)
        with lab.shop.counting() as statements:
            for _ in range(many):
                text = Person(lab).see(path)
        _must_show(lab, path, text, _expected(lab.shop, path))
        visits += many
        renders += min(many, math.ceil(_asked_for_products(statements.texts) / max(1, asked)))
    lab.measure("visits", visits)
    lab.measure("renders", renders)
    return math.floor(1000 * (1 - renders / visits)) / 10


def _asked_for_products(texts: list[str]) -> int:
    """Return how many of the statements read products."""
    return sum(bool(PRODUCTS.search(text)) for text in texts)


# -- who sees what -----------------------------------------------------------------------------


def _compare(lab: Lab, people: dict[str, Person]) -> None:
    """Count who is shown a wrong name, a wrong cart, somebody else's message or cookie."""
    misgreeted = carts = 0
    pages = [FRONT, lab.random.choice(scene.pages[2:])] if lab.quick else scene.pages
    for path in pages:
        _greeting_is_there(lab, people["gina"], path)
        for first in ("gina", "nobody") if lab.quick else ("gina", "nobody", "asha"):
            _empty(lab.shop)
            for name in _order(lab, first):
                text = people[name].see(path)
                is_wrong = _is_misgreeted(lab, people[name], path, text)
                misgreeted += is_wrong
                carts += _has_wrong_cart(lab, people[name], path, text, tell=not is_wrong)
    misgreeted += _head_first(lab, people)
    carts += _one_more(lab, people)
    lab.measure("carts", carts)
    lab.measure("echoes", _messages(lab, people))
    misgreeted += _log_out(lab, people)
    lab.measure("misgreeted", misgreeted)
    lab.measure("borrowed", scene.borrowed)


def _order(lab: Lab, first: str) -> list[str]:
    """Return everybody, beginning with *first*."""
    rest = [name for name in (*NAMES, "", "nobody") if name != first]
    lab.random.shuffle(rest)
    return [first, *rest]


def _greeting_is_there(lab: Lab, person: Person, path: str) -> None:
    """Refuse a page that greets nobody: with an empty cache even Betty's first try did."""
    _empty(lab.shop)
    text = person.see(path)
    if person.token not in text or person.pieces not in lab.numbers_beside(text, CART):
        lab.foul("greeting_gone", path=path, name=person.called, pieces=person.pieces)


def _is_misgreeted(lab: Lab, person: Person, path: str, seen: str = "") -> bool:
    """Return whether *person* reads somebody else's name, or not their own."""
    text = seen or person.see(path)
    for user, token in scene.tokens.items():
        if token != person.token and token in text:
            _explain(lab, person, path, user)
            return True
    if person.token not in text:
        lab.find_once("nobody_again", name=person.called, path=path)
        return True
    return False


def _explain(lab: Lab, person: Person, path: str, user: str) -> None:
    """Say what was kept: the page, or a part of it; and what its headers claim meanwhile."""
    headers, token = person.browser.last.headers, scene.tokens[user]
    whose = _name(user, token)
    if token not in person.browser.last.text or "age" not in headers:
        lab.find_once("kept_part", who=person.called, path=path, whose=whose)
        return
    lab.find_once("kept_page", who=person.called, path=path, whose=whose)
    control = headers.get("cache-control", "")
    if "private" in control or "cookie" in headers.get("vary", "").lower():
        said = f"Vary: {headers.get('vary', '–')}; Cache-Control: {control or '–'}"
        lab.find_once("headers_lie", path=path, said=said, whose=whose)


def _has_wrong_cart(lab: Lab, person: Person, path: str, text: str, *, tell: bool) -> bool:
    """Return whether the header counts other things than are in *person*'s cart."""
    carts = lab.numbers_beside(text, CART)
    if person.pieces in (carts or [0]):
        return False
    shown = carts[0] if carts else 0
    if tell:
        lab.find_once("wrong_cart", who=person.called, path=path, pieces=person.pieces, shown=shown)
    return True


def _head_first(lab: Lab, people: dict[str, Person]) -> int:
    """Return how many are misgreeted after a HEAD: it may make the page that a GET is given."""
    wrong = 0
    for path in scene.pages[:2]:
        _empty(lab.shop)
        people["gina"].browser.visitor.head(path)
        wrong += sum(_is_misgreeted(lab, people[name], path) for name in ("asha", "nobody"))
    return wrong


def _one_more(lab: Lab, people: dict[str, Person]) -> int:
    """Return how many do not see at once that there is more in their cart."""
    wrong = 0
    for name in ("gina", ""):
        person = people[name]
        person.see(FRONT)
        before = person.pieces
        person.buy(scene.products.pop()[0], 2)
        person.get("/cart/")  # the message is read there
        carts = lab.numbers_beside(person.see(FRONT), CART)
        if person.pieces not in carts:
            shown = carts[0] if carts else 0
            if shown == before:
                lab.find_once("old_cart", who=person.called, pieces=person.pieces, shown=shown)
            wrong += 1
    return wrong


def _messages(lab: Lab, people: dict[str, Person]) -> int:
    """Return how many read a message that was not for them, or twice what was."""
    echoes = 0
    for name in ("asha", ""):
        person = people[name]
        slug, product = scene.products.pop()
        _empty(lab.shop)
        person.buy(slug, 1)
        message = f"{product} is in your cart"
        if message not in html.unescape(person.see(FRONT)):
            lab.foul("message_gone", path=FRONT, message=message)
        for other in (people["tomas"], people["nobody"], Person(lab), person):
            if message in html.unescape(other.see(FRONT)):
                lab.find_once("echo", message=message, who=other.called)
                echoes += 1
    return echoes + _review_message(lab)


def _review_message(lab: Lab) -> int:
    """Return how many read the thanks for a review they did not write.

    Whoever reviews without an account has no session: the message travels in a cookie of its own.
    """
    reviewer = Person(lab)
    path = f"/product/{scene.products.pop()[0]}/"
    review = {"stars": "5", "text": f"Lay down. {lab.token()}", "author_name": "Om"}
    form = reviewer.get(path).text
    _empty(lab.shop)
    reviewer.submit(path, form, review)
    message = "Your review is online"
    if message not in reviewer.see(FRONT):
        lab.foul("message_gone", path=FRONT, message=message)
    if review["text"] not in reviewer.get(path).text:
        lab.foul("forms_broken", path=path, status=200)
    echoes = 0
    for other in (Person(lab), reviewer):
        if message in other.see(FRONT):
            lab.find_once("echo", message=message, who="a stranger")
            echoes += 1
    return echoes


def _log_out(lab: Lab, people: dict[str, Person]) -> int:
    """Return how many still see a name after its owner has left, the owner included."""
    tomas = people["tomas"]
    for path in scene.pages[:3]:
        tomas.see(path)
    tomas.log_out()
    wrong = 0
    for path in scene.pages[:3]:
        for person in (tomas, people["nobody"], Person(lab), people["gina"]):
            wrong += _is_misgreeted(lab, person, path)
    return wrong


def _name(user: str, token: str) -> str:
    return f"{NAMES[user]}-{token}"
