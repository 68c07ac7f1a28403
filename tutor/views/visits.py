"""Two visitors ask for the same page: what they send, what they get, and what differs."""

import random
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tutor.base.errors import ShopError, UsageError
from tutor.base.tables import near
from tutor.lab.instruments.person import TAG, Person, numbers_beside
from tutor.probes.http import PageHangs, Response, Visitor
from tutor.probes.statements import Statements, counting_everywhere
from tutor.stack.blame import page_fails
from tutor.stack.services.memcached import Memcached
from tutor.stack.services.redis import Redis
from tutor.stack.site import Site
from tutor.views.pair import Pair, Visit

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


class Visits:
    """Two visitors with their cookie jars; they come again as often as one likes."""

    def __init__(self, site: Site, who: tuple[str, str] = (STRANGER, STRANGER)) -> None:
        for name in who:
            if name not in WHO:
                raise UsageError.named("no_visitor", name=name, **near(name, WHO))
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
            trouble = error.because(self.site.where_it_hangs())
            return Pair(path, round=self.round, trouble=trouble)
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
        # The page alone: its scripts are asked for like any other file, and not what this is about.
        with counting_everywhere(self.site) as counted:
            answer = person.get(path)
        if answer.status >= 500:
            raise page_fails(self.site, path, answer.status, self.site.log_tail())
        # The analytics cookie that is another one each time was made for this very question.
        brought |= {k: v for k, v in person.visitor.cookies.items() if k.startswith("_ga")}
        after = self._cache_stats()
        lookups = (after[0] - before[0], after[1] - before[1]) if before and after else None
        # What the toolbar would load is not the shop's, and fails where it is asked bare.
        answer = replace(answer, body=TOOLBAR.sub(b"", answer.body))
        read = person.read(path, answer)
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
        age = age_of(generated, began)
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
            names=next(iter(named_in(greeting)), ""),
            before_save=bool(kept and age and began.timestamp() - age < saved_at(self.site.folder)),
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
    age = age_of(generated, asked)
    # A clock of another time zone is hours off; what a page is kept for is minutes.
    return seen_before or (age is not None and OLD < age < DAY / 24)


def age_of(generated: str, asked: datetime) -> float | None:
    """Return how many seconds ago a page says it was made; None where it does not say so."""
    clock = CLOCK.search(generated)
    if clock is None:
        return None
    hours, minutes, seconds = (int(clock[place]) for place in (1, 2, 3))
    made = 3600 * hours + 60 * minutes + seconds + float(f"0.{clock[4] or 0}")
    moment = 3600 * asked.hour + 60 * asked.minute + asked.second + asked.microsecond / 1e6
    return (moment - made) % DAY


def saved_at(folder: Path) -> float:
    """Return when a file of the shop in *folder* was last saved, in seconds of the epoch."""
    saved = 0.0
    for suffix in (".py", ".html"):
        for file in folder.rglob(f"*{suffix}"):
            with suppress(OSError):
                saved = max(saved, file.stat().st_mtime)
    return saved


def greeting_in(text: str) -> str:
    """Return what stands where one logs in: a name, or the words that invite to."""
    found = [" ".join(TAG.sub(" ", words).split()) for words in ACCOUNT.findall(text)]
    return next(filter(None, found), "")


def is_meant_for(who: str, greeting: str) -> bool | None:
    """Return whether *greeting* names *who*, and nobody where they are a stranger."""
    if not greeting:
        return None
    return named_in(greeting) == ([] if who == STRANGER else [who])


def named_in(greeting: str) -> list[str]:
    """Return the users whose names stand in *greeting*."""
    return [user for user, name in CUSTOMERS.items() if name in greeting]


def cookies_in(header: str) -> dict[str, str]:
    """Return the cookies of the joined ``Set-Cookie`` headers, each with its attributes."""
    pairs = (line.partition("=") for line in header.split("\n") if "=" in line)
    return {name.strip(): rest.strip() for name, _, rest in pairs}


def lines_of(body: bytes) -> tuple[str, ...]:
    """Return a page's lines without blanks around them."""
    text = body.decode("utf-8", "replace")
    return tuple(line.strip() for line in text.splitlines() if line.strip())
