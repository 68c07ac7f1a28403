"""People who write something while the copy stands still, and look for it on the next page."""

from __future__ import annotations

import html
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tutor.lab import Lab
    from tutor.probes.http import Response

SECRET = "namaste-and-exhale"  # noqa: S105 - of somebody who lives as long as a run
PIECES = 2
A_LOOK = 0.5
"""Seconds beyond which a page that is old all the same must have waited for something."""
A_WHILE = 3.0
"""Seconds for which somebody reads what others wrote before she looks again."""
SOON = 60 * 60
"""Seconds; cookies that last no longer are gone when somebody comes back the next day."""
MAX_AGE = re.compile(r"max-age=(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bought:
    """What was ordered, and where the mail goes."""

    email: str
    slug: str
    product: str


class Scenes:
    """What people do in the shop; each scene tells by itself what was old."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.order: Bought | None = None
        """The order of this run; None where nobody got that far."""
        products = list(lab.live_products().all.items())
        lab.random.shuffle(products)
        self._products = [(slug, card["name"]) for slug, card in products if card["stock"]]
        self._customer: Any = None
        self._regular: Any = None
        self._has_cart = False

    def before(self) -> None:
        """Have somebody open an account while the copy still follows, and come back a day later."""
        who = self.lab.person()
        brief: set[str] = set()
        who.answered = lambda answer: brief.update(brief_cookies(answer))
        self._join(who, f"vera-{self.lab.token().lower()}")
        for name in brief:
            who.visitor.cookies.pop(name, None)
        self._regular = who

    def play(self) -> int:
        """Play every scene; return in how many somebody did not see what she had done."""
        scenes: list[Callable[[], bool]] = [
            *(self._sign_up, self._fill_cart, self._order, self._move),
            *(self._log_in, self._review),
        ]
        return sum(not scene() for scene in scenes)

    def read_on(self) -> int:
        """Have somebody review, read for a while and look again; return whether it was old.

        The copy stands still as before: whoever was sent to db1 only for a moment is told.
        """
        lab, who, asked = self.lab, self.lab.person(), time.monotonic()
        gone: set[str] = set()
        who.answered = lambda answer: gone.update(brief_cookies(answer, A_WHILE))
        slug, product = self._products.pop()
        text = f"Held it. {lab.token()}"
        page = f"/product/{slug}/"
        if not self._sent(who.review(slug, 5, text)):
            return 1
        lab.cancel.wait(max(0.0, asked + A_WHILE - time.monotonic()))
        for name in gone:
            who.visitor.cookies.pop(name, None)
        values = {"product": product, "seconds": round(A_WHILE)}
        return int(not self._shows(who, page, text, "stale_again", **values))

    def read_elsewhere(self) -> int:
        """Have one worker take a review, and another one show it; return whether it was old."""
        lab, workers = self.lab, self.lab.workers()
        pids = workers.pids
        if len(pids) < 2:
            return 0
        who = lab.person()
        slug, product = self._products.pop()
        text = f"Let go. {lab.token()}"
        page = f"/product/{slug}/"
        with workers.only(pids[0]):
            if not self._sent(who.review(slug, 5, text)):
                return 1
        with workers.only(pids[1]):
            return int(not self._shows(who, page, text, "stale_elsewhere", product=product))

    # -- scenes: each returns whether all was seen -------------------------------------------------

    def _sign_up(self) -> bool:
        """Open an account, and be known on the next page and the one after."""
        name = f"nova-{self.lab.token().lower()}"
        who = self.lab.person()
        if not self._sent(self._join(who, name)):
            return False
        if all(self._shows(who, page, name, "stale_signup") for page in ("/account/", "/")):
            self._customer = who
            return True
        return False

    def _log_in(self) -> bool:
        """Log in with an account that has long been on both servers."""
        customers = self.lab.customers
        who, name = self.lab.person(), customers.token_of("gina")
        if not self._sent(who.log_in(*customers.key("gina"))):
            return False
        return all(self._shows(who, page, name, "stale_login") for page in ("/account/", "/"))

    def _fill_cart(self) -> bool:
        """Put the same thing into the cart three times; then have five of it."""
        who = self.lab.person()
        slug, product = self._products.pop()
        for pieces in (1, 2, 3):
            if not self._sent(who.add(slug)) or not self._counts(who, product, pieces):
                return False
        form = who.get("/cart/").text
        if not self._sent(who.submit(f"/cart/change/{slug}/", form, {"quantity": "5"})):
            return False
        self._has_cart = self._counts(who, product, 5)
        return self._has_cart

    def _review(self) -> bool:
        """Review a product without an account, and find the review on its page."""
        who = self.lab.person()
        slug, product = self._products.pop()
        text = f"Lay down. Stayed down. {self.lab.token()}"
        if not self._sent(who.review(slug, 5, text)):
            return False
        # First with a message that says so, then without.
        page = f"/product/{slug}/"
        return all(self._shows(who, page, text, "stale_review", product=product) for _ in "12")

    def _order(self) -> bool:
        """Order something, and see what was ordered: on its page, and in the account."""
        if not self._has_cart:
            return True  # it was told of the cart
        who = self._customer or self.lab.person()
        slug, product = self._products.pop()
        email = f"buyer-{self.lab.token().lower()}@myyogapalace.example"
        if not self._sent(who.add(slug, PIECES)):
            return False
        answer = who.check_out("Nova", email, "Lotus Lane 5")
        page = answer.headers.get("location", "")
        if not self._sent(answer):
            return False
        if "/order/" not in page:
            self.lab.find_once("stale_order", page="/checkout/", status=answer.status)
            return False
        self.order = Bought(email, slug, product)
        number = page.rstrip("/").rpartition("/")[2][:8].upper()
        pages = [page, "/account/"] if self._customer else [page]
        return all(
            self._shows(who, one, number, "stale_order")
            and self._shows(who, one, product, "stale_lines", product=product)
            for one in pages
        )

    def _move(self) -> bool:
        """Change one's mail address, which the shop does in SQL of its own."""
        who, page = self._regular, "/account/"
        account = who.get(page)
        if account.status != 200:
            return True  # it was told of those who log in
        new = f"moved-{self.lab.token().lower()}@myyogapalace.example"
        answer = who.submit("/account/email/", account.text, {"email": new})
        # First with a message that says so, then without.
        return self._sent(answer) and all(self._shows(who, page, new, "stale_email") for _ in "12")

    def _join(self, who: Any, name: str) -> Response:
        """Have *who* open an account; return the answer."""
        data = {
            "username": name,
            "email": f"{name}@myyogapalace.example",
            "password1": SECRET,
            "password2": SECRET,
        }
        answer: Response = who.submit("/signup/", who.get("/signup/").text, data)
        return answer

    # -- looking -----------------------------------------------------------------------------------

    def _sent(self, answer: Response) -> bool:
        """Return whether a form led on; tell of one that did not."""
        if answer.sends_on:
            return True
        self._tell_of_failure(answer)
        return False

    def _shows(self, who: Any, page: str, text: str, finding: str, **values: object) -> bool:
        """Return whether *page* shows *text*; tell what is old where it does not."""
        began = time.monotonic()
        answer = who.get(page)
        if answer.status == 200 and text in html.unescape(answer.text):
            return True
        if answer.status >= 400 and answer.status != 404:
            self._tell_of_failure(answer)
            return False
        self.lab.find_once(finding, page=page, status=answer.status, **values)
        self._tell_of_waiting(time.monotonic() - began)
        return False

    def _counts(self, who: Any, product: str, pieces: int) -> bool:
        """Return whether the cart holds so many *pieces* of *product*, and nothing else."""
        answer = who.get("/cart/")
        if answer.status != 200:
            self._tell_of_failure(answer)
            return False
        text = html.unescape(answer.text)
        if product in text and f'value="{pieces}"' in text:
            return True
        shown = next(iter(self.lab.numbers_beside(text, "/cart/")), 0)
        self.lab.find_once("stale_cart", product=product, pieces=pieces, shown=shown)
        return False

    def _tell_of_waiting(self, seconds: float) -> None:
        if seconds > A_LOOK:
            self.lab.find_once("waits_in_vain", seconds=round(seconds, 1))

    def _tell_of_failure(self, answer: Response) -> None:
        why = self.lab.shop.reason_of(answer.status)
        self.lab.find_once("fails", page=answer.path, status=answer.status, why=why)


def brief_cookies(answer: Response, within: float = SOON) -> set[str]:
    """Return the names of the cookies in *answer* that are gone *within* so many seconds.

    A browser forgets them by itself; by default those that do not last until tomorrow.
    """
    names = set()
    for line in answer.headers.get("set-cookie", "").split("\n"):
        age = MAX_AGE.search(line)
        if age and 0 < int(age[1]) <= within:
            names.add(line.partition("=")[0])
    return names
