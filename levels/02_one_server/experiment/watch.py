"""What is looked at while visitors come: the servers all the time, and a page in the middle."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Self

import psutil

from .costing import CORES, Yardstick
from .pages import FRESH_WITHIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tutor.lab import Cards, Fault, Lab, ShownCard

    from .pages import Pages
    from .people import People

BUSY, AT_LEAST = 0.5, 1.0
"""CPU seconds of all servers, or seconds since the load was begun, that say: visitors are here."""
FULL = 95.0
"""Percent of the whole machine from which on everybody on it waits."""
SPOT_CHECK = 40.0
"""Seconds in which whoever looks at the shop during the load is back."""
GRACE = 1.0
"""Seconds more until visitors of the crowd must see it: a page may be long in the making."""
FIRST = 1.5
"""Seconds for which they are the only ones who look: whoever else does may have it made anew."""
LIKE_THEM = {"Connection": "close"}
"""What a shop must not be told by: each of the crowd comes over a connection of their own."""
SEEN = ("name", "brand", "price", "stock", "reviews")
"""What each visitor compares on each card."""


class Watch:
    """Looks at the servers during the load, and once, in the middle of it, at a page."""

    def __init__(self, lab: Lab, pages: Pages, people: People) -> None:
        self.lab = lab
        self.shop = shop = lab.shop
        self._pages = pages
        self._people = people
        self.looks: list[tuple[float, dict[str, float]]] = []
        """When, and the CPU seconds of each server until then."""
        self.strays = lab.strays(shop)
        self.quota_changed = ""
        """The server that had another quota than it should."""
        self.machine_busy = 0.0
        """Percent."""
        self.page: tuple[Cards, Sequence[ShownCard]] | None = None
        """What a page had to show in the middle of the load, and what it did show."""
        self.faults: list[Fault] = []
        """What people saw meanwhile who are known to the shop."""
        truth = lab.live_products(shop).by_path
        self.yard = Yardstick()
        self.path = lab.random.choice(list(truth))
        self.canary = lab.random.choice(list(truth[self.path]))
        self.before = truth[self.path][self.canary]
        self._price = lab.ground.stack.folder / "price"
        self._price.unlink(missing_ok=True)
        changed = {"path": self.path, "slug": self.canary, "file": str(self._price)}
        self.facts = {"pages": _facts(lab, truth, self.canary), "changed": changed}
        self._quotas = {server: shop.cores(server) for server in shop.servers}
        self._limits = {server for server in shop.servers if shop.usage(server)}
        self._before = {s: u for s in self._limits if (u := shop.usage(s))}
        self._machine = psutil.cpu_times()
        self.failed: Exception | None = None
        """What the page failed with that somebody opened; mostly the visitors know more."""
        self._trouble: Exception | None = None
        self._spot_check = threading.Thread(target=self._spot, name="spot check", daemon=True)

    def __enter__(self) -> Self:
        """Begin; the page is opened once the visitors are there."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """Wait for the page that is still out, and see how busy the whole machine was.

        Raises:
            Exception: what went wrong in the thread that opened it.
        """
        now, before = psutil.cpu_times(), self._machine
        total = sum(now) - sum(before)
        self.machine_busy = 100 * (1 - (now.idle - before.idle) / total) if total else 0.0
        if self._spot_check.ident:
            self.yard.__exit__()
            self._spot_check.join(timeout=SPOT_CHECK)
        self._price.unlink(missing_ok=True)
        if self._trouble and kind is None:
            raise self._trouble

    def look(self) -> None:
        """Note what the servers have used so far, and who runs beside them."""
        now = {server: self.shop.cpu_seconds(server) for server in self.shop.servers}
        self.looks.append((time.monotonic(), now))
        self.strays.look()
        for server in self._limits:
            if self.shop.quota(server) != self._quotas[server]:
                self.quota_changed = server
        used = sum(now.values()) - sum(self.looks[0][1].values())
        # Pages that cost next to nothing use next to no CPU.
        begun = used > BUSY or self.looks[-1][0] - self.looks[0][0] > AT_LEAST
        if begun and not self._spot_check.ident:
            self.yard.__enter__()
            self._spot_check.start()

    @property
    def is_starved(self) -> bool:
        """Whether the shop had to fight for CPU with others: quotas come with a right to theirs."""
        return not self._limits and self.machine_busy > FULL

    @property
    def slower(self) -> float:
        """By how much this machine was slower than when the load was measured out."""
        if not self._spot_check.ident:
            return 1.0
        return self.yard.pace / float(self.lab.measures["pace"])

    def cpu_percent(self, extra: dict[str, float]) -> dict[str, float]:
        """Return how busy each server was while visitors came, of what it has."""
        began, ended = extra["began"], extra["ended"]
        return {
            server: round(
                100
                * (self._seconds(server, ended) - self._seconds(server, began))
                / (ended - began)
                / (cores or CORES),
                1,
            )
            for server, cores in self._quotas.items()
        }

    def cpu_per_visitor(self, extra: dict[str, float]) -> float:
        """Return the CPU seconds of all servers for each visitor who was answered."""
        began, ended = extra["began"], extra["ended"]
        servers = self.shop.servers
        used = sum(self._seconds(one, ended) - self._seconds(one, began) for one in servers)
        return used / max(1.0, extra["answered"])

    def busiest(self, extra: dict[str, float]) -> tuple[str, float]:
        """Return the busiest server, and how busy it was."""
        return max(self.cpu_percent(extra).items(), key=lambda item: item[1])

    def throttled_percent(self, server: str) -> float:
        """Return in how many of a hundred periods the server's share was used up."""
        before, after = self._before.get(server), self.shop.usage(server)
        if before is None or after is None or after.periods == before.periods:
            return 0.0
        periods = after.periods - before.periods
        return round(100 * (after.throttled - before.throttled) / periods, 1)

    def _seconds(self, server: str, moment: float) -> float:
        """Return the CPU seconds of *server* at *moment*, between the looks around it."""
        earlier = [look for look in self.looks if look[0] <= moment] or self.looks[:1]
        later = [look for look in self.looks if look[0] >= moment] or self.looks[-1:]
        (t1, used1), (t2, used2) = earlier[-1], later[0]
        share = (moment - t1) / (t2 - t1) if t2 > t1 else 0.0
        return used1[server] + share * (used2[server] - used1[server])

    def _spot(self) -> None:
        """See the shop as somebody in the crowd does, once."""
        try:
            self._look_at_page()
            self.faults = self._people.faults(self.path)
        except Exception as error:  # noqa: BLE001 - raised again where somebody waits
            # No answer, or an end that was asked for: the visitors count who waits.
            if self.lab.cancel.is_set or self.lab.is_unanswered(error):
                return
            if self.lab.is_about_shop(error):
                self.failed = error
            else:
                self._trouble = error

    def _look_at_page(self) -> None:
        """Change a price while everybody is here, and see whether it shows in time."""
        self._pages.raise_price(self.canary)
        self.lab.cancel.wait(FRESH_WITHIN)
        self._tell_everybody()
        self.lab.cancel.wait(FIRST)
        visitor = self.shop.visitor(timeout=SPOT_CHECK / 4)
        try:
            response = visitor.get(self.path, LIKE_THEM)
        finally:
            visitor.close()
        if response.status == 200:
            truth = self.lab.live_products(self.shop).of(self.path)
            self.page = (truth, self.lab.cards(response.text))

    def _tell_everybody(self) -> None:
        """Have every visitor from now on look for the new price: none may be told what was."""
        price = self.lab.live_products(self.shop).of(self.path)[self.canary]["price"]
        self.lab.cancel.wait(GRACE)
        self._price.write_text(self.lab.in_words("price", price))


def _facts(lab: Lab, truth: dict[str, Cards], changing: str) -> dict[str, Any]:
    """Return what the visitors must see, in order; the price of one product will change."""
    return {
        path: {
            slug: {
                field: lab.in_words(field, card[field])
                for field in SEEN
                if field in card and (slug, field) != (changing, "price")
            }
            for slug, card in cards.items()
        }
        for path, cards in truth.items()
    }
