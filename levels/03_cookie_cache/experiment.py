"""Level 3: does the cache save work for visitors with different cookies, and is the shop still one?

A hit is a page for which PostgreSQL was not asked for products, whatever keeps it and at whatever
depth. Names, products and cookies are new in each run. Pages are read as a browser reads them:
with the fragments that their scripts load.
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
"""Products that are enough to tell one page from another; under load all of them are live."""
ENOUGH = 90

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
COMMENT = re.compile(r"<!--\s*generated at\s*(.*?)\s*-->")


class Scene:
    """What a run made up or found out; this module is loaded anew for each run."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        """By user, what only their names contain."""
        self.live: list[int] = []
        """The products that are live on an ordinary day."""
        self.pages: list[str] = []
        self.others: list[str] = []
        """Pages that nothing is counted on."""
        self.comments: list[set[str]] = []
        """Per page, the moments at which it says it was generated."""
        self.asked: list[int] = []
        """Per page, how many statements about products one rendering takes."""
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""


scene = Scene()


class Person:
    """A visitor with a browser, and perhaps a name; whatever fails for them is told by name."""

    def __init__(self, lab: Lab, user: str = "") -> None:
        self.lab = lab
        self.browser = lab.person()
        self.user = user
        self.token = ""
        """What only their own names contain, once they are logged in."""
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


def prepare(lab: Lab) -> None:
    """Give products and customers names that nobody knows."""
    lab.step("renaming")
    token = lab.token()
    scene.tokens = {user: lab.token() for user in NAMES}

    def rename(shop: Shop) -> None:
        scene.live = [key for (key,) in shop.sql("SELECT id FROM catalog_product WHERE is_live")]
        for statement in PREPARE.strip().split(";\n"):
            shop.sql(statement % {"token": f"'{token}'", "few": FEW})
        for user, own in scene.tokens.items():
            shop.sql(RENAME, [_name(user, own), f"{user}-{own}", user])

    lab.before_migrations(rename)


def check(lab: Lab) -> None:
    """Count hits, empty the cache, then look at the shop with four pairs of eyes."""
    lab.step("counting")
    rate = _count_hits(lab)
    lab.measure("hit_rate", rate)
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


def load(lab: Lab) -> None:
    """Send visitors, each with cookies of their own."""
    plan = lab.level.load
    lab.step("loading", users=plan.users, seconds=plan.seconds)
    lab.shop.sql("UPDATE catalog_product SET is_live = true WHERE id = ANY(%s)", [scene.live])
    _empty(lab.shop)
    pages = {path: _expected(lab.shop, path) for path in _pages(lab)}
    # The first visit is nobody's merit: on a busy machine it would be one of few.
    for path in pages:
        _must_show(lab, path, Person(lab).see(path))
    with lab.shop.counting() as statements:
        total = lab.load(facts={"pages": pages})
    renders = _asked_for_products(statements.texts) / max(1, *scene.asked)
    lab.measure("load_hit_rate", math.floor(1000 * max(0, 1 - renders / total.requests)) / 10)
    if total.failures:
        example = max(total.errors, key=lambda text: total.errors[text], default="no answer")
        lab.foul("wrong_under_load", count=total.failures, example=example)


def settle(lab: Lab) -> None:
    """Nothing may have been kept that the cache does not know of."""
    lab.step("emptying")
    _empty_and_change(lab)


# -- hits --------------------------------------------------------------------------------------


def _count_hits(lab: Lab) -> float:
    """Return in how many of 100 visits PostgreSQL was not asked for products.

    Each page is asked for by visitors who share nothing but the address.
    """
    visits = renders = 0
    for path in _pages(lab):
        _empty(lab.shop)
        with lab.shop.counting() as cold:
            first = Person(lab).see(path)
        asked = _asked_for_products(cold.texts)
        scene.asked.append(asked)
        _must_show(lab, path, first)
        _empty(lab.shop)
        comments = COMMENT.findall(first)
        many = VISITORS_QUICK if lab.quick else VISITORS
        with lab.shop.counting() as statements:
            for _ in range(many):
                text = Person(lab).see(path)
                comments += COMMENT.findall(text)
        _must_show(lab, path, text)
        visits += many
        renders += min(many, math.ceil(_asked_for_products(statements.texts) / max(1, asked)))
        scene.comments.append(set(comments))
    lab.measure("visits", visits)
    lab.measure("renders", renders)
    return math.floor(1000 * (1 - renders / visits)) / 10


def _asked_for_products(texts: list[str]) -> int:
    """Return how many of the statements read products."""
    return sum(bool(PRODUCTS.search(text)) for text in texts)


def _explain(lab: Lab) -> None:
    """Say at which of the three doors the page was turned away."""
    shop = lab.shop
    if all(len(comments) == 1 for comments in scene.comments):
        lab.find("comment_frozen", visits=lab.measures["visits"], renders=lab.measures["renders"])
    _empty(shop)
    shop.page(FRONT)
    with shop.counting() as statements:
        again = shop.page(FRONT)
    if _asked_for_products(statements.texts):
        names = re.findall(r"(?m)^\s*([\w-]+)=", again.headers.get("set-cookie", ""))
        if names:
            lab.find("never_kept", cookies=", ".join(sorted(set(names))))
        else:
            lab.find("not_kept", control=again.headers.get("cache-control", "–"))
        return
    lab.find("one_each", vary=again.headers.get("vary", "–"))


# -- is it still the shop? ---------------------------------------------------------------------


def _pages(lab: Lab) -> list[str]:
    """Return the pages that are looked at: the front page and some category."""
    if not scene.pages:
        slugs = [slug for (slug,) in lab.shop.sql(FILLED)]
        paths = [f"/category/{slug}/" for slug in lab.random.sample(slugs, 3)]
        scene.pages, scene.others = [FRONT, paths[0]], paths[1:]
    return scene.pages


def _expected(shop: Shop, path: str) -> list[str]:
    """Return the names of the products a page must show."""
    slug = path.split("/")[2] if path.startswith("/category/") else ""
    return [name for (name,) in shop.sql(LISTED, [slug])]


def _must_show(lab: Lab, path: str, text: str) -> None:
    """Refuse a page on which products are missing."""
    text = html.unescape(text)
    missing = [name for name in _expected(lab.shop, path) if name not in text]
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
    for path in _pages(lab):
        for _ in range(2):
            shop.page(path)
        before = lab.random.choice(_expected(shop, path))
        after = f"{before} {lab.token()}"
        shop.sql("UPDATE catalog_product SET name = %s WHERE name = %s", [after, before])
        _empty(shop)
        if after not in html.unescape(shop.page(path).text):
            lab.foul("stale_page", path=path, before=before, after=after)
    _empty(shop)
    for path in [*scene.others, *_pages(lab)]:
        _must_show(lab, path, shop.page(path).text)


def _arrive(lab: Lab) -> dict[str, Person]:
    """Let everybody log in and fill their carts; refuse a shop in which that fails."""
    shop = lab.shop
    products = shop.sql("SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()")
    people = {user: Person(lab, user) for user in NAMES} | {"": Person(lab)}
    pieces = iter(lab.random.sample(range(11, 40), len(people)))
    for person in people.values():
        if person.user:
            person.log_in()
        slug, name = products.pop()
        for more in (next(pieces), 1):
            person.buy(slug, more)
            # First with a message that says so, then without.
            for _ in range(2):
                cart = html.unescape(person.get("/cart/").text)
                if name not in cart or f'value="{person.pieces}"' not in cart:
                    lab.foul("cart_broken", product=name, pieces=person.pieces)
    people["nobody"] = Person(lab)
    _forms_need_tokens(lab, products.pop()[0])
    _search(lab, products.pop()[1])
    scene.products = products
    return people


def _forms_need_tokens(lab: Lab, slug: str) -> None:
    """Refuse a shop that takes a form from anywhere, or a review from nobody."""
    person = Person(lab)
    page = person.get(f"/product/{slug}/").text
    review = {"stars": "4", "text": f"Calm. {lab.token()}", "author_name": "Om"}
    person.submit(f"/product/{slug}/", page, review)
    if review["text"] not in person.get(f"/product/{slug}/").text:
        lab.foul("forms_broken", path=f"/product/{slug}/", status=200)
    stranger = Person(lab)
    answer = stranger.browser.visitor.post(f"/cart/add/{slug}/", {"quantity": "1"})
    if answer.status != 403:
        lab.foul("csrf_gone", path=f"/cart/add/{slug}/", status=answer.status)


def _search(lab: Lab, name: str) -> None:
    """Refuse a shop that finds nothing any more, or the same for every word."""
    found = Person(lab).see(f"/search/?q={name.rpartition(' ')[2]}")
    if name not in html.unescape(found):
        lab.foul("products_missing", path="/search/", count=1, example=name)


# -- who sees what -----------------------------------------------------------------------------


def _compare(lab: Lab, people: dict[str, Person]) -> None:
    """Count what is said to the wrong one: names and carts, then messages."""
    wrong = 0
    names = [*NAMES, "", "nobody"]
    for path in _pages(lab)[: 1 if lab.quick else 2]:
        _greeting_is_there(lab, people, path)
        for first in ("gina", "nobody"):
            rest = [name for name in names if name != first]
            lab.random.shuffle(rest)
            _empty(lab.shop)
            for name in [first, *rest]:
                wrong += _is_wrong(lab, people[name], path)
    wrong += _one_more(lab, people)
    lab.measure("misplaced", wrong)
    lab.measure("echoes", _messages(lab, people))


def _greeting_is_there(lab: Lab, people: dict[str, Person], path: str) -> None:
    """Refuse a page that greets nobody: with an empty cache even Betty's first try did."""
    for user in list(NAMES)[: 1 if lab.quick else 2]:
        person = people[user]
        _empty(lab.shop)
        text = person.see(path)
        if person.token not in text or person.pieces not in lab.numbers_beside(text, CART):
            lab.foul("greeting_gone", path=path, name=person.called, pieces=person.pieces)


def _is_wrong(lab: Lab, person: Person, path: str) -> bool:
    """Return whether *person* is shown somebody else's name or cart, or not their own."""
    text = person.see(path)
    for user, token in scene.tokens.items():
        if token != person.token and token in text:
            lab.find_once("meets_gina", who=person.called, path=path, whose=_name(user, token))
            return True
    carts = lab.numbers_beside(text, CART) or [0]
    if person.token in text and person.pieces in carts:
        return False
    values = {"who": person.called, "path": path, "pieces": person.pieces, "shown": carts[0]}
    lab.find_once("not_themselves", **values)
    return True


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
    """Return how many read a message that was not for them, or not theirs."""
    echoes = 0
    for name in ("asha", ""):
        person = people[name]
        slug, product = scene.products.pop()
        _empty(lab.shop)
        person.buy(slug, 1)
        message = f"{product} is in your cart"
        if message not in html.unescape(person.see(FRONT)):
            lab.foul("message_gone", path=FRONT, message=message)
        others = [people["tomas"], people["nobody"], Person(lab), person]
        for other in others:
            if message in html.unescape(other.see(FRONT)):
                lab.find_once("echo", message=message, who=other.called)
                echoes += 1
    return echoes + _review_message(lab)


def _review_message(lab: Lab) -> int:
    """Return how many read the thanks for a review they did not write.

    Whoever reviews without an account has no session: the message travels in a cookie of its own.
    """
    reviewer = Person(lab)
    slug = scene.products.pop()[0]
    page = reviewer.get(f"/product/{slug}/").text
    review = {"stars": "5", "text": "Lay down. Stayed down.", "author_name": "Om"}
    _empty(lab.shop)
    reviewer.submit(f"/product/{slug}/", page, review)
    message = "Your review is online"
    if message not in reviewer.see(FRONT):
        lab.foul("message_gone", path=FRONT, message=message)
    echoes = 0
    for other in (Person(lab), reviewer):
        if message in other.see(FRONT):
            lab.find_once("echo", message=message, who="a stranger")
            echoes += 1
    return echoes


def _name(user: str, token: str) -> str:
    return f"{NAMES[user]}-{token}"
