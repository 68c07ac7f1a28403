"""The end: every mail and every invoice is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .compare import refuse_wrong

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .sales import Sales

LOST = {
    "sent_away": "lost_at_the_post",
    "child": "lost_with_child",
    "worker": "lost_with_worker",
    "down": "lost_with_worker",
}
"""What a missing mail or invoice means, by the trial it was ordered in; else the day was quiet."""
TWICE = {
    "long": "twice_long_job",
    "first": "twice_delivered",
    "slow": "twice_delivered",
    "child": "twice_after_kill",
    "worker": "twice_after_kill",
}
"""What a mail or an invoice too many means."""


class Count:
    """How often there was not exactly one mail and one invoice for an order."""

    def __init__(self, lab: Lab, sales: Sales) -> None:
        self._lab = lab
        self._sales = sales
        self._counts = {"lost": 0, "doubled": 0, "unserved": 0}

    def take(self) -> None:
        """Count for every order; tell each kind of fault once, with an example."""
        lab, groups = self._lab, self._sales.paper.groups
        for group, emails in groups.items():
            self._count(group, emails)
        told = ("lost", "doubled", "unserved") if "worker" in groups else ("unserved",)
        for measure in told:
            lab.measure(measure, self._counts[measure])
        self.count_work_for_nothing()

    def count_work_for_nothing(self) -> None:
        """Count what was done for orders that the bank refused."""
        lab, refused = self._lab, set(self._sales.refused)
        mails = [mail for mail in lab.shop.mails() if set(mail["to"]) & refused]
        if mails:
            lab.find("mail_for_nothing", email=mails[0]["to"][0], count=len(mails))
            lab.measure("too_early", lab.measures.get("too_early", 0) + len(mails))

    def _count(self, group: str, emails: list[str]) -> None:
        """Count for the orders of one trial, and refuse those that are not what was ordered."""
        lab, paper = self._lab, self._sales.paper
        orders = paper.orders.every(emails)
        paper.refuse_unwritten(emails, orders)
        for order, job, count in paper.miscounts(orders):
            example = {"number": order.number, "job": job}
            if count == 0 and group in LOST:
                self._counts["lost"] += 1
                lab.find_once(LOST[group], **example)
            elif count > 1 and group in TWICE:
                self._counts["doubled"] += 1
                lab.find_once(TWICE[group], times=count, **example)
            else:
                self._counts["unserved"] += 1
                lab.find_once("wrong_count", count=count, **example)
        refuse_wrong(lab, self._sales, orders)
