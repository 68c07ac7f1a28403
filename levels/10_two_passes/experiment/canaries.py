"""Products, pictures and searches that are called like template code."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote_plus

import psycopg

from .shelves import FRONT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tutor.lab import Customer, Lab

    from .people import People
    from .shelves import Shelves

NAMES = (
    "{{ request.user.password }}",
    "{% endverbatim %}{{ user.password }}{% verbatim %}",
    "{% csrf_token %}",
    "{% handwoven %}",
    "{# by hand #}",
    "100% {cotton}",
    "&#123;&#123; Om",
    "5 $$ ${user}",
)
"""Names of products: what a template prints, does, refuses, leaves out, and leaves alone; what
formats and templates of other kinds do something with.
"""
BOUGHT = r"\1 \g<0> {user} $user"
"""A name in a message, which is filled into a hole."""
PICTURE = "}} up, down {{"
"""What is said of a picture stands twice in one line, so these two meet."""
WORDS = "{{ user.password }}"
"""What a visitor searches for; the page says it twice."""
SIGNS = re.compile(r"[{}%#&;\s]|amp|123|125")
FURTHEST = 600
"""Characters within which the end of a name is looked for."""
SET_NAME = "UPDATE catalog_product SET name = %s WHERE id = %s"
SET_ALT = "UPDATE catalog_image SET alt = %s WHERE id = %s"
KEPT = {
    SET_NAME: "SELECT name FROM catalog_product WHERE id = %s",
    SET_ALT: "SELECT alt FROM catalog_image WHERE id = %s",
}
"""What the database has after such a change."""
LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Canary:
    """A name that nobody knows, with something in the middle that a template would read."""

    before: str
    code: str
    after: str

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.before} {self.code} {self.after}"

    def shown(self, text: str) -> str | None:
        """Return what a page says between its ends, where it says something else; None: nowhere."""
        ends = rf"{self.before}(.{{0,{FURTHEST}}}?){self.after}"
        found = [m[1].strip() for m in re.finditer(ends, html.unescape(text), re.DOTALL)]
        return next((said for said in found if said != self.code), None)

    def is_intact(self, text: str) -> bool:
        """Return whether a page says it to the letter, wherever it says it."""
        plain = html.unescape(text)
        return self.name in plain and plain.count(self.before) == plain.count(self.name)


class Fault(NamedTuple):
    """What is wrong with a name on a page: the finding that says so, and its values."""

    finding: str
    values: Mapping[str, object]


class Canaries:
    """Gives names, and looks at what becomes of them."""

    def __init__(self, lab: Lab, shelves: Shelves, people: People) -> None:
        self._lab = lab
        self._shelves = shelves
        self._people = people
        self._ran = self._lost = 0

    def play(self) -> None:
        """Count the names that are run as code, and those that are not shown to the letter."""
        lab = self._lab
        ((product, name, picture, alt),) = lab.shop.sql(
            "SELECT product.id, product.name, image.id, image.alt"
            "  FROM catalog_product AS product JOIN catalog_image AS image"
            "    ON image.id = product.cover_id"
            " WHERE is_live ORDER BY random() LIMIT 1"
        )
        path = self._shelves.path_of(name)
        paths = [FRONT] if lab.quick else [FRONT, path]
        write = self._shelves.write
        lab.refuse_kept(FRONT, see=self._people.by_user["gina"].see)
        for code in NAMES:
            canary = self._canary(code)
            self._name(canary, SET_NAME, product)
            self._look(canary, paths)
        canary = self._canary(BOUGHT)
        self._name(canary, SET_NAME, product)
        self._look(canary, [FRONT], slug=self._shelves.slugs[name])
        write(SET_NAME, [name, product])
        canary = self._canary(PICTURE)
        self._name(canary, SET_ALT, picture)
        self._look(canary, paths)
        write(SET_ALT, [alt, picture])
        canary = self._canary(WORDS)
        self._look(canary, [f"/search/?q={quote_plus(canary.name)}"])
        lab.shop.empty_caches()
        lab.measure("executed", self._ran)
        lab.measure("lost", self._lost)

    def _name(self, canary: Canary, query: str, key: int) -> None:
        """Give a row the name; refuse a database that takes another one, or none."""
        try:
            self._shelves.write(query, [canary.name, key])
        except psycopg.OperationalError:
            raise  # PostgreSQL is gone; no name has anything to do with that
        except psycopg.DatabaseError as error:
            why = error.diag.message_primary or str(error)
            self._lab.foul("name_refused", code=canary.code, why=why[:LONGEST_REASON])
        ((kept,),) = self._lab.shop.sql(KEPT[query], [key])
        if kept != canary.name:
            self._lab.foul("name_refused", code=canary.code, why=f"→ {kept}"[:LONGEST_REASON])

    def _canary(self, code: str) -> Canary:
        return Canary(f"Mat-{self._lab.token()}", code, f"by-{self._lab.token()}")

    def _look(self, canary: Canary, paths: list[str], *, slug: str = "") -> None:
        """Have one customer make each page, and another one read it as it was kept.

        With a *slug* the one who makes it has just bought that, so a message says the name, too.
        What is wrong counts where it is wrong twice: one look may have met a page of before.
        """
        for _ in range(2):
            if slug:
                self._people.by_user["gina"].buy(slug, 1)
            fault = self._first_fault(canary, paths)
            if fault is None:
                return
            self._lab.shop.empty_caches()
        assert fault is not None
        self._lab.find_once(fault.finding, **fault.values)
        self._ran += fault.finding != "name_changed"
        self._lost += fault.finding == "name_changed"

    def _first_fault(self, canary: Canary, paths: list[str]) -> Fault | None:
        readers = [self._people.by_user[user] for user in ("gina", "asha")]
        looks = (self._fault(canary, path, reader) for path in paths for reader in readers)
        return next((fault for fault in looks if fault), None)

    def _fault(self, canary: Canary, path: str, reader: Customer) -> Fault | None:
        """Return what is wrong with a name on a page; nothing where it is right."""
        text = reader.browser.see(path)
        values = {"code": canary.code, "path": path.partition("?")[0], "who": reader.called}
        if reader.last.status != 200:
            return Fault("page_down", {**values, "status": reader.last.status})
        if canary.is_intact(text):
            return None
        shown = canary.shown(text)
        if self._people.hash_of(reader) in html.unescape(text):
            return Fault("hash_shown", values)
        if shown is None or SIGNS.sub("", shown) != SIGNS.sub("", canary.code):
            return Fault("name_run", values)
        return Fault("name_changed", {**values, "shown": shown})
