"""Products, pictures and searches that are called like template code."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from .shelves import FRONT

if TYPE_CHECKING:
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
)
"""Names of products: what a template prints, does, refuses, leaves out, and leaves alone."""
PICTURE = "}} up, down {{"
"""What is said of a picture stands twice in one line, so these two meet."""
WORDS = "{{ user.password }}"
"""What a visitor searches for; the page says it twice."""
SIGNS = re.compile(r"[{}%#&;\s]|amp|123|125")
FURTHEST = 600
"""Characters within which the end of a name is looked for."""
SET_NAME = "UPDATE catalog_product SET name = %s WHERE id = %s"
SET_ALT = "UPDATE catalog_image SET alt = %s WHERE id = %s"


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


class Canaries:
    """Gives names, and looks at what becomes of them."""

    TRIED = len(NAMES) + 2

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
        self._refuse_kept(product, name)
        for code in NAMES:
            canary = self._canary(code)
            write(SET_NAME, [canary.name, product])
            self._look(canary, paths)
        write(SET_NAME, [name, product])
        canary = self._canary(PICTURE)
        write(SET_ALT, [canary.name, picture])
        self._look(canary, paths)
        write(SET_ALT, [alt, picture])
        canary = self._canary(WORDS)
        self._look(canary, [f"/search/?q={quote_plus(canary.name)}"])
        lab.shop.empty_caches()
        lab.measure("executed", self._ran)
        lab.measure("lost", self._lost)

    def _refuse_kept(self, product: int, before: str) -> None:
        """Refuse a page that is kept where an empty cache does not help."""
        gina = self._people.by_user["gina"]
        for _ in range(2):
            gina.see(FRONT)
        after = f"{before} {self._lab.token()}"
        self._shelves.write(SET_NAME, [after, product])
        if after not in html.unescape(gina.see(FRONT)):
            self._lab.foul("stale_page", path=FRONT, before=before, after=after)

    def _canary(self, code: str) -> Canary:
        return Canary(f"Mat-{self._lab.token()}", code, f"by-{self._lab.token()}")

    def _look(self, canary: Canary, paths: list[str]) -> None:
        """Have one customer make each page, and another one read it as it was kept."""
        readers = [self._people.by_user[user] for user in ("gina", "asha")]
        finding = ""
        for path in paths:
            for reader in readers:
                finding = finding or self._fault(canary, path, reader)
        self._ran += finding in ("hash_shown", "page_down", "name_run")
        self._lost += finding == "name_changed"

    def _fault(self, canary: Canary, path: str, reader: Customer) -> str:
        """Return what is wrong with a name on a page, after saying so; empty where it is right."""
        text = reader.browser.see(path)
        values = {"code": canary.code, "path": path.partition("?")[0], "who": reader.called}
        if reader.last.status != 200:
            self._lab.find_once("page_down", **values, status=reader.last.status)
            return "page_down"
        if canary.is_intact(text):
            return ""
        shown = canary.shown(text)
        if self._people.hash_of(reader) in html.unescape(text):
            finding = "hash_shown"
        elif shown is None or SIGNS.sub("", shown) != SIGNS.sub("", canary.code):
            finding = "name_run"
        else:
            self._lab.find_once("name_changed", **values, shown=shown)
            return "name_changed"
        self._lab.find_once(finding, **values)
        return finding
