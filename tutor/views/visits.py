"""Two visitors ask for the same page: what they send, what they get, and what differs."""

import contextlib
import random
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from tutor.errors import ShopError, UsageError
from tutor.lab.person import TAG, Person, numbers_beside
from tutor.probes.http import PageHangs, Response, Visitor
from tutor.probes.statements import StatementLog, Statements
from tutor.stack.services.memcached import Memcached
from tutor.stack.services.redis import Redis
from tutor.stack.site import Site
from tutor.tables import nearest
from tutor.views.trouble import page_fails, told

STRANGER = "stranger"
CUSTOMERS: Mapping[str, str] = {
    "gina": "Gina Caputo",
    "asha": "Asha Rao",
    "tomas": "Tomás Vidal",
    "lotte": "Lotte Brandt",
    "betty": "Betty",
}
"""By user name, what the shop calls those who have an account."""
WHO = (STRANGER, *CUSTOMERS)
"""Who can come."""
PASSWORD = "namaste"  # noqa: S105 - of every seeded account
HEADERS = ("cache-control", "vary", "age", "expires", "etag", "last-modified", "location")
"""The headers that say what a cache may do; cookies have rows of their own."""
COMMENT = re.compile(r"<!--\s*generated at\s*(.*?)\s*-->")
CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?")
ACCOUNT = re.compile(r'<a\b[^>]*href="/(?:account|login)/[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
TOOLBAR = re.compile(rb'<link[^>]*href="[^"]*debug_toolbar/.*(?=</body>)', re.DOTALL)
"""What the debug toolbar puts into a page for people."""
OLD = 0.05
"""Seconds by which a page must be older than the question to have been kept."""
DAY = 86400.0
MOST_DIFFERENCES = 40


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's question for the page, and the answer."""

    who: str
    status: int
    milliseconds: float
    headers: Mapping[str, str]
    """Those of :data:`HEADERS` that came."""
    sent: Mapping[str, str]
    """The cookies the browser brought."""
    got: Mapping[str, str]
    """By name, the cookies that were set: value and attributes."""
    generated: str
    """What the page says of when it was made; empty where it says nothing."""
    greeting: str
    """The name, or the words, that stand where one logs in."""
    cart: int
    """The number beside the cart."""
    statements: int
    """What PostgreSQL was asked meanwhile."""
    lookups: tuple[int, int] | None
    """Hits and misses of the cache meanwhile; None where there is no cache."""
    kept: bool | None
    """Whether the page came out of a cache; None where nothing tells."""
    is_theirs: bool | None
    """Whether the greeting is meant for this visitor; None where there is none."""
    lines: tuple[str, ...] = field(repr=False, default=())
    """The page as it is read, without the debug toolbar."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that both visits have, or one of them."""

    key: str
    """What it is, for example ``status`` or ``header``."""
    name: str
    """Which one of its kind: the header's or the cookie's name; empty where there is one."""
    left: str
    right: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two visits to one page, the left one first."""

    path: str
    left: Visit | None = None
    right: Visit | None = None
    round: int = 0
    """How often these two have asked for a page by now."""
    trouble: ShopError | None = None
    """Why there is no page."""

    def differences(self) -> list[tuple[str, str]]:
        """Return the lines in which the pages differ, side by side; not for what differs wholly."""
        if self.left is None or self.right is None:
            return []
        return different_lines(self.left.lines, self.right.lines)

    def to_json(self) -> dict[str, Any]:
        """Return the look as plain data."""
        visits = [_plain(visit) for visit in (self.left, self.right) if visit]
        return {
            "path": self.path,
            "round": self.round,
            "visits": visits,
            "differs": [row.key + (f" {row.name}" if row.name else "") for row in differing(self)],
            "lines": [list(pair) for pair in self.differences()],
            "trouble": told(self.trouble) if self.trouble else None,
        }


def _plain(visit: Visit) -> dict[str, Any]:
    return {key: value for key, value in asdict(visit).items() if key != "lines"}


def rows(pair: Pair) -> list[Row]:
    """Return what is worth comparing, row by row; keys that nobody has are left out."""
    left, right = pair.left, pair.right
    if left is None or right is None:
        return []
    found = [
        _row("status", "", str(left.status), str(right.status)),
        _row("kept", "", _word(left.kept), _word(right.kept)),
        _row("generated", "", left.generated, right.generated),
        _row("greeting", "", left.greeting, right.greeting),
        _row("cart", "", str(left.cart), str(right.cart)),
        _row("statements", "", str(left.statements), str(right.statements)),
        _row("lookups", "", _lookups(left), _lookups(right)),
    ]
    for key, one, other in (
        ("header", left.headers, right.headers),
        ("sent", left.sent, right.sent),
        ("got", left.got, right.got),
    ):
        names = dict.fromkeys([*one, *other])
        found += [_row(key, name, one.get(name, ""), other.get(name, "")) for name in names]
    return [row for row in found if row.left or row.right]


def differing(pair: Pair) -> list[Row]:
    """Return the rows in which the two visits differ."""
    return [row for row in rows(pair) if row.differs]


def _row(key: str, name: str, left: str, right: str) -> Row:
    return Row(key, name, left, right, left != right)


def _word(kept: bool | None) -> str:
    return {True: "kept", False: "made", None: ""}[kept]


def _lookups(visit: Visit) -> str:
    return "/".join(map(str, visit.lookups)) if visit.lookups else ""


def different_lines(left: tuple[str, ...], right: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the lines that only one of two pages has, side by side."""
    import difflib

    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    found: list[tuple[str, str]] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            height = max(b - a, d - c)
            one = [*left[a:b], *[""] * (height - (b - a))]
            other = [*right[c:d], *[""] * (height - (d - c))]
            found += zip(one, other, strict=True)
    return found[:MOST_DIFFERENCES]


class Visits:
    """Two visitors with their cookie jars; they come again as often as one likes."""

    def __init__(self, site: Site, who: tuple[str, str] = (STRANGER, STRANGER)) -> None:
        for name in who:
            if name not in WHO:
                raise UsageError(f"There is no visitor {name!r}.", hint=nearest(name, WHO))
        self.site = site
        self.who = who
        self.round = 0
        self._people = [Person(Visitor(site.url), random.Random()) for _ in who]  # noqa: S311
        self._inside: list[bool] = [False, False]
        """Who has logged in."""
        self._seen: set[str] = set()
        """The moments at which pages said they were made."""

    def ask(self, path: str) -> Pair:
        """Have both ask for *path*, the left one first; who has an account logs in before."""
        self.round += 1
        try:
            for place, who in enumerate(self.who):
                if who != STRANGER and not self._inside[place]:
                    self._log_in(place, who)
            visits = [self._visit(place, path) for place in range(2)]
        except PageHangs as error:
            file, line = "", 0
            with contextlib.suppress(AssertionError, OSError):
                file, line = self.site.where_it_hangs()
            error.params.update(file=file or "?", line=line)
            return Pair(path, round=self.round, trouble=error)
        except ShopError as error:
            return Pair(path, round=self.round, trouble=error)
        return Pair(path, visits[0], visits[1], self.round)

    def close(self) -> None:
        """Close their connections."""
        for person in self._people:
            person.visitor.close()

    def _log_in(self, place: int, who: str) -> None:
        answer = self._people[place].log_in(who, PASSWORD)
        if answer.status >= 400:
            raise page_fails(self.site, "/login/", answer.status, self.site.log_tail())
        self._inside[place] = True

    def _visit(self, place: int, path: str) -> Visit:
        person = self._people[place]
        before = self._cache_stats()
        brought = dict(person.visitor.cookies)
        began = datetime.now(UTC)
        with StatementLog(self.site.ground.postgres).counting(self.site.database) as counted:
            read = person.see(path)
        answer = person.last
        assert answer is not None, "whoever saw a page was answered"
        if answer.status >= 500:
            raise page_fails(self.site, path, answer.status, self.site.log_tail())
        # The analytics cookie that is another one each time was made for this very question.
        brought |= {k: v for k, v in person.visitor.cookies.items() if k.startswith("_ga")}
        after = self._cache_stats()
        lookups = (after[0] - before[0], after[1] - before[1]) if before and after else None
        return self._seen_as(self.who[place], answer, read, brought, began, counted, lookups)

    def _seen_as(
        self,
        who: str,
        answer: Response,
        read: str,
        brought: Mapping[str, str],
        began: datetime,
        counted: Statements,
        lookups: tuple[int, int] | None,
    ) -> Visit:
        comment = COMMENT.search(read)
        generated = comment[1] if comment else ""
        kept = kept_page(generated, began, generated in self._seen)
        if generated:
            self._seen.add(generated)
        elif answer.headers.get("age", "0").strip("0 ").isdecimal():
            kept = True
        greeting = greeting_in(read)
        return Visit(
            who=who,
            status=answer.status,
            milliseconds=round(answer.seconds * 1000, 1),
            headers={name: answer.headers[name] for name in HEADERS if name in answer.headers},
            sent=dict(brought),
            got=cookies_in(answer.headers.get("set-cookie", "")),
            generated=generated,
            greeting=greeting,
            cart=sum(numbers_beside(read, "/cart/")[:1]),
            statements=counted.count,
            lookups=lookups,
            kept=kept,
            is_theirs=is_meant_for(who, greeting),
            lines=lines_of(answer.body),
        )

    def _cache_stats(self) -> tuple[int, int] | None:
        cache = self.site.services.get("memcached")
        if not isinstance(cache, Memcached | Redis):
            return None
        try:
            stats = cache.stats()
        except (OSError, KeyError, ValueError):
            return None
        return stats["hits"], stats["misses"]


def kept_page(generated: str, asked: datetime, seen_before: bool) -> bool | None:
    """Return whether a page that says when it was made is older than the question for it."""
    if not generated:
        return None
    clock = CLOCK.search(generated)
    if seen_before or clock is None:
        return seen_before
    hours, minutes, seconds = (int(clock[place]) for place in (1, 2, 3))
    made = 3600 * hours + 60 * minutes + seconds + float(f"0.{clock[4] or 0}")
    moment = 3600 * asked.hour + 60 * asked.minute + asked.second + asked.microsecond / 1e6
    age = (moment - made) % DAY
    # A clock of another time zone is hours off; what a page is kept for is minutes.
    return OLD < age < DAY / 24


def greeting_in(text: str) -> str:
    """Return what stands where one logs in: a name, or the words that invite to."""
    found = [" ".join(TAG.sub(" ", words).split()) for words in ACCOUNT.findall(text)]
    return next(filter(None, found), "")


def is_meant_for(who: str, greeting: str) -> bool | None:
    """Return whether *greeting* names *who*, and nobody where they are a stranger."""
    if not greeting:
        return None
    named = [user for user, name in CUSTOMERS.items() if name in greeting]
    return named == ([] if who == STRANGER else [who])


def cookies_in(header: str) -> dict[str, str]:
    """Return the cookies of the joined ``Set-Cookie`` headers, each with its attributes."""
    pairs = (line.partition("=") for line in header.split("\n") if "=" in line)
    return {name.strip(): rest.strip() for name, _, rest in pairs}


def lines_of(body: bytes) -> tuple[str, ...]:
    """Return a page's lines without blanks around them and without the debug toolbar."""
    text = TOOLBAR.sub(b"", body).decode("utf-8", "replace")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


__all__ = ["CUSTOMERS", "STRANGER", "WHO", "Pair", "Row", "Visit", "Visits", "differing", "rows"]
