"""Somebody who uses the shop as people do: cookies, forms with their tokens, perhaps a name."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tutor.lab.instruments.loaded import HEADERS, Parts, as_seen, embedded_json, read_cookies
from tutor.probes.http import ACCEPT, PACKED, Response, Visitor

TOKEN = re.compile(
    r"""<input\b(?=[^>]*\bname\s*=\s*["']?csrfmiddlewaretoken)[^>]*?\bvalue\s*=\s*["']?([^"'\s>]+)"""
)
TAG = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"(?<![\w.,#-])\d+(?![\w-]|[.,]\d)")
SPOKEN = re.compile(
    r"""\b(?:aria-label|title|value|data-[\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
)
"""Attributes that are read out, or shown by a style sheet or a script."""
COUNTED = re.compile(r"cart|basket|bag|carrito|count|item|piece|quantit|total", re.IGNORECASE)
"""What a number in a cart may be called where only its name says what it is."""
DATA = re.compile(r'<data class="([^"]*)">\s*(\d+)\s*</data>')
NAMED_DATA = re.compile(r"""data-([\w-]+)\s*=\s*["']?(\d+)(?=["'\s>])""")
ASKS = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
"""What a browser asks of a page it has, by what it was told with it."""
ASKS_OF = frozenset(ASKS.values())
UNCHANGED = 304
AROUND = re.compile(
    r"</?(?:a|li|nav|header|div|ul|ol|table|main|section|form|body)\b", re.IGNORECASE
)
"""Where what stands beside a link ends."""


ANALYTICS = ("_ga", "_gid", "_ga_7X2")
"""The cookies that analytics give; the last one is another one with each page."""


class Person:
    """Somebody with a browser and the analytics cookies that most people have."""

    def __init__(self, visitor: Visitor, chance: random.Random, parts: Parts | None = None) -> None:
        self.visitor = visitor
        self.last: Response | None = None
        """The page they saw last, without what its scripts load."""
        self.fragments: set[str] = set()
        """What scripts loaded into the pages they saw."""
        self.loaded: dict[str, str] = {}
        """By address, what scripts loaded into the page they saw last."""
        self.cookies_read = ""
        """What the scripts of that page read from cookies."""
        self.answered: Callable[[Response], None] = lambda answer: None
        """Told of every answer."""
        self.unchanged = False
        """Whether the shop said of the last page that it is still the one they have."""
        self._is_counted = True
        """Whether analytics see them."""
        self._kept: dict[str, Response] = {}
        """By address, pages of which a browser asks whether they are still the same."""
        self._chance = chance
        self._parts = parts or Parts(visitor.stranger())
        made = f"{chance.randrange(10**9)}.{chance.randrange(10**9)}"
        visitor.cookies |= {ANALYTICS[0]: f"GA1.1.{made}", ANALYTICS[1]: f"GA1.1.{made[::-1]}"}

    def get(self, path: str) -> Response:
        """Return the answer to a GET; one of the analytics cookies is another one each time.

        Where the shop says that a page is still the same, it is the page they had before.
        """
        if self._is_counted:
            self.visitor.cookies[ANALYTICS[-1]] = f"GS1.1.{self._chance.randrange(10**12)}"
        return self._ask(path)

    def _ask(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer as a browser does, which keeps what can be asked about."""
        kept = self._kept.get(path)
        asks = {name: kept.headers[of] for name, of in ASKS.items() if kept and of in kept.headers}
        answer = self.visitor.get(path, {**(headers or {}), **asks})
        self.answered(answer)
        self.unchanged = answer.status == UNCHANGED
        if self.unchanged and kept:
            told = {**kept.headers, **answer.headers}
            return replace(answer, status=kept.status, headers=told, body=kept.body)
        self._kept.pop(path, None)
        is_kept = answer.status == 200 and "no-store" not in answer.headers.get("cache-control", "")
        if is_kept and not ASKS_OF.isdisjoint(answer.headers):
            self._kept[path] = answer
        return answer

    def block_analytics(self) -> None:
        """Come from now on as the one in three who blocks analytics: only the shop gives cookies.

        These stay the same from page to page. What is kept under them may be shown again.
        """
        self._is_counted = False
        for name in ANALYTICS:
            self.visitor.cookies.pop(name, None)

    def change_browser(self) -> None:
        """Come with a browser that nobody else has; others share one, as most people do.

        It can unpack what is sent packed, as all of them can but for ours.
        """
        self.visitor.headers[ACCEPT] = f"{PACKED}, deflate"
        build = f"{self._chance.randrange(100, 140)}.0.{self._chance.randrange(10**6)}"
        self.visitor.headers["User-Agent"] = f"Mozilla/5.0 (X11; Linux x86_64) Chrome/{build}"

    def see(self, path: str) -> str:
        """Return the text of a page and of what its scripts load, as it stands on the screen."""
        self.last = self.get(path)
        return self.read(path, self.last)

    def read(self, path: str, answer: Response) -> str:
        """Return the text of the *answer* that was the last one, and of what its scripts load."""
        page, unchanged = answer.text, self.unchanged
        parts, code = self._parts.of(page, path)
        self.fragments.update(parts)
        self.loaded = {address: self._load(address, sure) for address, sure in parts.items()}
        self.unchanged = unchanged
        self.cookies_read = "\n".join(read_cookies(code, self.visitor.cookies.items()))
        return "\n".join([page, *embedded_json(page), *self.loaded.values(), self.cookies_read])

    def _load(self, address: str, is_certain: bool) -> str:
        return as_seen(self._ask(address, HEADERS), is_certain=is_certain)

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


def numbers_beside(text: str, address: str) -> list[int]:
    """Return the numbers that a page shows with its links to *address*, the nearest first.

    In their words, in what is read out of them, right beside them; then those that scripts are
    given under a name that speaks of a cart.
    """
    words: list[str] = []
    beside: list[str] = []
    for start, element in _links(text, address):
        end = text.find(f"</{element}", start)
        end = len(text) if end < 0 else end
        words += [TAG.sub(" ", text[start:end]), *_spoken(text[start:end])]
        beside += [_before(text, start), _after(text, end)]
    named = [*DATA.findall(text), *NAMED_DATA.findall(text)]
    found = [int(number) for part in (*words, *beside) for number in NUMBER.findall(part)]
    found += [int(number) for name, number in named if COUNTED.search(name)]
    return list(dict.fromkeys(found))


def _links(text: str, address: str) -> Iterator[tuple[int, str]]:
    """Yield where elements begin that lead to *address*, and which they are.

    The address is looked for first: no page has as many of those as it has links.
    """
    quoted = rf"""["']?(?:https?://[^/"'\s]+)?{re.escape(address)}(?:[?#][^"'\s>]*)?["'\s>]"""
    leads = re.compile(rf"<(a|form|button)\b[^>]*?\b(?:href|action|formaction)\s*=\s*{quoted}")
    at = text.find(address)
    while at >= 0:
        start = text.rfind("<", 0, at)
        if start >= 0 and (link := leads.match(text, start)):
            yield start, link[1]
        at = text.find(address, at + 1)


def _spoken(code: str) -> list[str]:
    """Return what attributes in *code* say to whoever does not see it, or sees more."""
    return ["".join(values) for values in SPOKEN.findall(code)]


def _before(text: str, start: int) -> str:
    """Return the words right before a link, up to the next thing."""
    code = text[max(0, start - 200) : start]
    bounds = [match.end() for match in AROUND.finditer(code)]
    return TAG.sub(" ", code[code.find(">", bounds[-1]) + 1 :]) if bounds else ""


def _after(text: str, end: int) -> str:
    """Return the words right behind a link, up to the next thing."""
    code = text[text.find(">", end) + 1 :][:200]
    bound = AROUND.search(code)
    return TAG.sub(" ", code[: bound.start() if bound else None])
