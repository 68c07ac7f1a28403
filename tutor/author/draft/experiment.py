"""How often does the health page ask, and is what it says true?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

PAGE = "/health/"
LIVE = "SELECT count(*) FROM catalog_product WHERE is_live"
OFF_SALE = (
    "UPDATE catalog_product SET is_live = false"
    " WHERE id = (SELECT min(id) FROM catalog_product WHERE is_live)"
)
ENOUGH = 2
"""Statements that nobody has to explain."""


class Experiment:
    """Judges one shop in one run; what the run must remember until later stands on it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def check(self) -> None:
        """Count the page's statements, then change the data: the page must notice."""
        lab = self.lab
        lab.step("counting", page=PAGE)
        with lab.shop.counting() as statements:
            said = lab.shop.page(PAGE).text
        self.compare(said)
        # A new process, or a connection whose health is checked, asks for more than the page does.
        queries = statements.about_the_catalogue
        lab.measure("queries", queries)
        if queries > ENOUGH:
            lab.find("shelf_by_shelf", page=PAGE, queries=queries)
        lab.step("changing")
        lab.shop.sql(OFF_SALE)
        self.compare(lab.shop.page(PAGE).text)

    def load(self) -> None:
        """Send visitors; one without an answer, or with an error for one, is a failure."""
        lab = self.lab
        lab.step("loading")
        total = lab.load()
        if total.failures:
            example = lab.in_kinds(total.errors, total.failures)
            lab.foul("failed_under_load", count=total.failures, example=example)

    def settle(self) -> None:
        """Compare once more: after the load every worker has been asked."""
        self.lab.step("changing")
        self.lab.shop.sql(OFF_SALE)
        self.compare(self.lab.shop.page(PAGE).text)

    def compare(self, said: str) -> None:
        """Refuse a page that does not say how many products are on sale."""
        ((true,),) = self.lab.shop.sql(LIVE)
        if said.split()[:1] != [str(true)]:
            self.lab.foul("wrong_number", page=PAGE, said=said[:40] or "–", true=true)
