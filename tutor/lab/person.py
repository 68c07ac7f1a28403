"""Somebody who uses the shop as people do: cookies, forms with their tokens, perhaps a name."""

import html
import random
import re
from collections.abc import Callable, Mapping

from tutor.probes.http import Response, Visitor

TOKEN = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')
FRAGMENTS = tuple(
    re.compile(begins + then)
    for begins, then in (
        ("hx-get", r"""(?<!\whx-get)\s*=\s*["'](/[^"']*)"""),
        ("data-", r"""(?<!\wdata-)[a-z-]*(?:src|url|fragment)\s*=\s*["'](/[^"']*)"""),
        ("<iframe", r"""\b[^>]*?\bsrc\s*=\s*["'](/[^"']*)"""),
        ("<turbo-frame", r"""\b[^>]*?\bsrc\s*=\s*["'](/[^"']*)"""),
        (r"fetch\(", r"""(?<!\wfetch\()\s*["'`](/[^"'`]*)"""),
    )
)
"""What loads a part of a page; each begins with letters, which finds it ten times faster."""
SCRIPT = re.compile(r'<script\b[^>]*\bsrc="(/[^"]+)"')
TAG = re.compile(r"<[^>]*>")


class Person:
    """Somebody with a browser and the analytics cookies that everybody has."""

    def __init__(self, visitor: Visitor, chance: random.Random) -> None:
        self.visitor = visitor
        self.last: Response | None = None
        """The page they saw last, without what its scripts load."""
        self.fragments: set[str] = set()
        """What scripts loaded into the pages they saw."""
        self.answered: Callable[[Response], None] = lambda answer: None
        """Told of every answer."""
        self._chance = chance
        self._scripts: dict[str, str] = {}
        made = f"{chance.randrange(10**9)}.{chance.randrange(10**9)}"
        visitor.cookies |= {"_ga": f"GA1.1.{made}", "_gid": f"GA1.1.{made[::-1]}"}

    def get(self, path: str) -> Response:
        """Return the answer to a GET; one of the analytics cookies is another one each time."""
        self.visitor.cookies["_ga_7X2"] = f"GS1.1.{self._chance.randrange(10**12)}"
        answer = self.visitor.get(path)
        self.answered(answer)
        return answer

    def see(self, path: str) -> str:
        """Return the text of a page and of what its scripts load, as it stands on the screen."""
        self.last = self.get(path)
        code = self.last.text
        for script in SCRIPT.findall(code):
            if script not in self._scripts:
                self._scripts[script] = self.visitor.get(script).text
            code += self._scripts[script]
        addresses = dict.fromkeys(map(html.unescape, fragments_in(code)))
        self.fragments.update(addresses)
        return "\n".join([self.last.text, *(self.get(address).text for address in addresses)])

    def submit(self, path: str, form: str, data: Mapping[str, str]) -> Response:
        """Send *data* to *path* with the token of the *form* they have before them."""
        token = TOKEN.search(form)
        answer = self.visitor.post(path, {**data, "csrfmiddlewaretoken": token[1] if token else ""})
        self.answered(answer)
        return answer

    def log_in(self, username: str, password: str) -> Response:
        """Log in with the form of the login page."""
        data = {"username": username, "password": password, "next": ""}
        return self.submit("/login/", self.get("/login/").text, data)

    def log_out(self) -> Response:
        """Log out with the form of the account page."""
        return self.submit("/logout/", self.get("/account/").text, {})

    def add(self, slug: str, pieces: int = 1, *, form: str = "") -> Response:
        """Put *pieces* of a product into the cart, with the form of the product's page.

        *form* is another page with a form, where the product's own is too long.
        """
        page = self.get(form or f"/product/{slug}/").text
        return self.submit(f"/cart/add/{slug}/", page, {"quantity": str(pieces)})

    def review(self, slug: str, stars: int, text: str = "Breathed in. Breathed out.") -> Response:
        """Write a review with the form of the product's page."""
        path = f"/product/{slug}/"
        data = {"stars": str(stars), "text": text, "author_name": "Om"}
        return self.submit(path, self.get(path).text, data)

    def check_out(self, name: str, email: str, address: str) -> Response:
        """Order what is in the cart, with the form of the checkout."""
        data = {"name": name, "email": email, "address": address}
        return self.submit("/checkout/", self.get("/checkout/").text, data)


def fragments_in(code: str) -> list[str]:
    """Return the addresses of what a page or a script loads into the page, in order."""
    found = [match for pattern in FRAGMENTS for match in pattern.finditer(code)]
    return [match[1] for match in sorted(found, key=lambda match: match.start())]


def numbers_beside(text: str, address: str) -> list[int]:
    """Return the numbers beside every link to *address* in a page."""
    link = re.compile(rf'<a\b[^>]*href="{re.escape(address)}"[^>]*>(.*?)</a>', re.DOTALL)
    words = [TAG.sub(" ", found) for found in link.findall(text)]
    return [int(number) for word in words for number in re.findall(r"\d+", word)]
