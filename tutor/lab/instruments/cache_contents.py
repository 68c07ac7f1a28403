"""Whether pages are kept: how many visits find one ready, for how long, and as what."""

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence

from tutor.lab.instruments.context import Context

COMMENT = re.compile(r"<!--\s*generated at\s*(.*?)\s*-->")
LASTS = 6.0
"""Seconds after which a page must still be kept; the briefings ask for ten."""


class CacheContents:
    """What is kept of the shop under test, counted by what PostgreSQL is asked meanwhile."""

    def __init__(self, lab: Context) -> None:
        self.lab = lab
        self.asked: dict[str, int] = {}
        """By page, how many statements about products one rendering takes."""
        self.renders: dict[str, int] = {}
        """By page, how many of the visits it was made anew for."""
        self.comments: dict[str, set[str]] = {}
        """By page, the moments at which it said that it was generated."""

    def must_show(self, path: str, text: str, names: Sequence[str] = ()) -> None:
        """Refuse a page on which products are missing: *names*, else all that belong there."""
        text = html.unescape(text)
        missing = [n for n in names or self.lab.live_products().names(path) if n not in text]
        if missing:
            self.lab.foul("products_missing", path=path, count=len(missing), example=missing[0])

    def hit_rate(self, paths: Sequence[str], many: int) -> float:
        """Return in how many of 100 visits PostgreSQL was not asked for products.

        Each page is asked for by *many* visitors who share nothing but the address; whoever made
        it necessary to make the page is none of them.
        """
        for path in paths:
            self._count(path, many)
        visits, renders = many * len(paths), sum(self.renders[path] for path in paths)
        self.lab.measure("visits", visits)
        self.lab.measure("renders", renders)
        return math.floor(1000 * (1 - renders / visits)) / 10

    def _count(self, path: str, many: int) -> None:
        lab = self.lab
        lab.customer().see(path)  # what its scripts load is tried out once
        lab.shop.empty_caches()
        maker = lab.customer()
        maker.browser.change_browser()
        with lab.counting() as cold:
            first = maker.see(path)
        self.must_show(path, first)
        self.asked[path] = lab.asked_for_products(cold.texts)
        if not self.asked[path]:
            self.refuse_kept(path)
            lab.foul("uncounted", path=path)
        comments = COMMENT.findall(first)
        with lab.counting() as statements:
            for _ in range(many):
                visitor = lab.customer()
                visitor.browser.change_browser()
                text = visitor.see(path)
                comments += COMMENT.findall(text)
        self.must_show(path, text)
        # Whose browser unpacks nothing must be able to read it, too.
        self.must_show(path, lab.customer().see(path))
        made = math.ceil(lab.asked_for_products(statements.texts) / self.asked[path])
        self.renders[path] = min(many, made)
        self.comments[path] = set(comments)

    @property
    def worst(self) -> str:
        """The page that was made anew most often."""
        return max(self.renders, key=lambda path: self.renders[path])

    def is_made_anew(self, path: str, cookies: Mapping[str, str], browser: str = "") -> bool:
        """Return whether *path* is made twice for two visitors with the same *cookies*."""
        lab = self.lab
        lab.shop.empty_caches()
        for number in range(2):
            with lab.shop.visitor() as visitor, lab.counting() as statements:
                visitor.cookies |= cookies
                if browser:
                    visitor.headers["User-Agent"] = f"{browser}/{number}"
                visitor.get(path)
        return lab.asked_for_products(statements.texts) > 0

    def must_last(self, path: str) -> None:
        """Refuse a page that is gone a few seconds later, though nobody changed anything; twice."""
        lab = self.lab
        lab.shop.empty_caches()
        lab.customer().see(path)
        for _ in range(2):
            lab.customer().see(path)
            lab.cancel.wait(LASTS)
            with lab.counting() as statements:
                lab.customer().see(path)
            if not lab.asked_for_products(statements.texts):
                return
        lab.foul("short_lived", path=path, seconds=round(LASTS))

    def must_stay_what_they_are(self) -> None:
        """Refuse a shop in which the second visitor gets another kind of answer than the first."""
        picture = self.lab.shop.sql("SELECT motif || '-' || style_seed FROM catalog_image LIMIT 1")
        for path, status, kind in (
            (f"/product/nothing-{self.lab.token().lower()}/", 404, "text/html"),
            (f"/category/nothing-{self.lab.token().lower()}/", 404, "text/html"),
            (f"/picture/{picture[0][0]}.svg", 200, "image/svg+xml"),
            ("/stock.csv", 200, "text/csv"),
        ):
            for _ in range(2):
                answer = self.lab.customer().get(path)
                got = answer.headers.get("content-type", "").partition(";")[0]
                if (answer.status, got) != (status, kind):
                    self.lab.foul(
                        "other_kind", path=path, status=answer.status, kind=got or "–",
                        right=f"{status}, {kind}",
                    )  # fmt: skip

    def must_survive_a_head(self, paths: Sequence[str]) -> None:
        """Refuse a page that is empty for a stranger because another one asked for its head."""
        for path in paths:
            self.lab.shop.empty_caches()
            self.lab.customer().browser.visitor.head(path)
            self.must_show(path, self.lab.customer().see(path))

    def must_find(self, names: Sequence[str]) -> None:
        """Refuse a search that does not find what it is asked for, word after word.

        Before each, somebody asks for what is nearly the same and finds nothing.
        """
        for name in names:
            word = name.rpartition(" ")[2]
            self.lab.customer().see(f"/search/?q=%E2%99%A5{word}%21")
            path = f"/search/?q={word}"
            self.must_show(path, self.lab.customer().see(path), [name])

    def refuse_kept(self, path: str, see: Callable[[str], str] | None = None) -> None:
        """Refuse a page that is kept where an empty cache does not help, as *see* reads it.

        By default a stranger reads it. Twice: what refreshes itself once a second may have done so
        just now.
        """
        for _ in range(2):
            self._refuse_kept(path, see or self._as_stranger)

    def _as_stranger(self, path: str) -> str:
        return self.lab.shop.page(path).text

    def _refuse_kept(self, path: str, see: Callable[[str], str]) -> None:
        lab = self.lab
        for _ in range(2):
            see(path)
        before = lab.random.choice(lab.live_products().names(path))
        after = f"{before} {lab.token()}"
        rename = "UPDATE catalog_product SET name = %s WHERE name = %s"
        self.write(rename, [after, before])
        if after not in html.unescape(see(path)):
            lab.foul("stale_page", path=path, before=before, after=after)
        # As it was: the experiment may know the product by its name, and wait for a page to say it.
        self.write(rename, [before, after])

    def write(self, query: str, params: Sequence[object]) -> None:
        """Change what the shop shows, on every server, with nothing of it kept."""
        shop = self.lab.shop
        shop.sql(query, params)
        self.lab.standbys().catch_up()
        shop.empty_caches()
