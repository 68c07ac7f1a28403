"""Level 2: how much of its servers does the shop need, and does it answer everybody?

The offered load is measured out on this machine, in this minute: as many visitors as the broken
shop's one server cannot serve, and as two can. What servers used is read from the kernel's own
accounts; whom they answered, the visitors count.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from .costing import WARM_ROUNDS, Costing
from .pages import FRESH_WITHIN, Pages
from .people import People
from .verdict import Load
from .watch import Watch

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop

WARM_UP = 6
"""Visitors at once who warm every worker up before the load."""
TRIES = 3
"""How often the load is run where the machine, not the shop, seems to have failed."""
SLOWEST = 1.5
"""By how much at most fewer visitors come to a machine that became slower."""

SHUFFLE = """
-- So that VACUUM, right after, finds rows whose commit is written down.
SET synchronous_commit = on;
SELECT setseed(%(seed)s);
UPDATE catalog_product AS product
   SET name = product.name || ' ' || upper(substr(md5(random()::text), 1, 4)),
       price = round((5 + random() * 195)::numeric, 2),
       published_at = now() - random() * interval '900 days';
UPDATE catalog_stock SET quantity = floor(random() * 40);
"""


class Experiment:
    """Judges one shop by its pages, by what they cost, and by whom it answers under load."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.pages = Pages(lab)
        self.people = People(lab)
        self.costing = Costing(lab)

    def prepare(self) -> None:
        """Bring in the reviews, and measure the load out on the broken shop."""
        lab = self.lab
        lab.step("shuffling")
        seed = lab.random.uniform(-1, 1)

        def shuffle(shop: Shop) -> None:
            shop.sql(SHUFFLE % {"seed": seed} + lab.level.data)
            shop.sql("VACUUM ANALYZE")
            shop.sql("CHECKPOINT")

        lab.before_migrations(shuffle)
        if not lab.quick:
            lab.step("measuring_out")
            self.costing.warm(lab.broken)
            self.costing.measure_out()

    def check(self) -> None:
        """Compare the pages with the database, change something, and see what a page costs."""
        lab = self.lab
        with lab.meanwhile(lambda: self.costing.warm(lab.broken)):
            shop = lab.shop
            lab.step("comparing")
            self.pages.compare_all()
            self.people.arrive()
            self.pages.change()
            lab.survey(within=FRESH_WITHIN)
            strays = lab.strays(shop)
            if strays.look_twice(lab.cancel):
                lab.foul("left_its_server", count=strays.count)
        lab.step("costing")
        # Once was to compare them.
        self.costing.warm(shop, rounds=WARM_ROUNDS - 1)
        self.costing.ask_of_servers()

    def load(self) -> None:
        """Send the visitors, and look at the servers meanwhile."""
        lab, shop = self.lab, self.lab.shop
        shop.full_strength()
        lab.step("warming_up")
        _warm_up(shop, list(lab.live_products(shop).by_path))
        for tries_left in reversed(range(TRIES)):
            rate = lab.plan.rate
            lab.step("loading", rate=round(rate, 1), seconds=lab.plan.seconds)
            with lab.draft() as draft:
                with Watch(lab, self.pages, self.people) as watch:
                    total = lab.load(facts=watch.facts, during=watch.look)
                load = Load(lab, self.pages, watch, total)
                load.judge_answers()
                again = load.was_the_machine and not watch.is_starved
                if not again or not tries_left:
                    load.judge_servers()
                    break
                # Each answer was right, some came late: that load never was.
                draft.discard()
            slower = min(max(watch.slower, 1.0), SLOWEST)
            lab.plan = replace(lab.plan, rate=round(rate / slower, 2))

    def settle(self) -> None:
        """Compare once more: the pages must still tell the truth after the load."""
        self.lab.step("comparing")
        self.pages.change()


def _warm_up(shop: Shop, paths: list[str]) -> None:
    """Have every worker answer: the first page of each is no page like the others."""

    def visit(first: int) -> None:
        visitor = shop.visitor()
        visitor.get("/")
        for number in range(len(paths)):
            visitor.get(paths[(first + number) % len(paths)])
            visitor.close()

    with ThreadPoolExecutor(WARM_UP) as crowd:
        # Each is as patient as visitors are; what goes wrong in a thread goes wrong here.
        list(crowd.map(visit, range(WARM_UP)))
