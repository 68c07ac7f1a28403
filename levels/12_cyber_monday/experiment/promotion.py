"""db1 dies for good while people order, and the hoster promotes db2.

The shop stands on two servers of its own meanwhile, on which a commit counts once both have it: so
whatever was confirmed is on db2. Orders that stand at their COMMIT when db1 dies are confirmed to
nobody. Then nobody tells the shop anything: it has to find out who takes writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.lab.instruments.callers import HANGS

from .buyers import Buyers

if TYPE_CHECKING:
    from tutor.lab import Failover, Lab

    from .buyers import Buyer

FOUND = 10.0
"""Seconds in which the shop finds who takes writes."""
AT_COMMIT = 3.0
"""Seconds in which those who press the button come to stand at their COMMIT."""
HELD = 1.5
"""Seconds for which they stand there."""
IN_VAIN = 1.5
"""Seconds that somebody waits for an answer while nobody takes writes."""
PRESENT = "SELECT email FROM public.orders_order WHERE email = ANY(%s)"


class Promotion:
    """What becomes of orders while the writer is another one."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def play(self) -> None:
        """Record who could not buy afterwards, and what was confirmed and is gone."""
        lab = self._lab
        lab.step("pairing")
        with lab.failover() as failover:
            buyers = Buyers(lab, failover.shop)
            lab.measure("unsold", self._count_unsold(failover, buyers))
            self._open_the_ledger(failover, buyers)

    def _count_unsold(self, failover: Failover, buyers: Buyers) -> int:
        """Return how many of the last ones could not buy."""
        lab = self._lab
        if failed := buyers.buy_until_all_can(FOUND):
            lab.find("not_on_the_pair", **self._values(failover, failed))
            return len(failed)
        lab.step("dying_at_commit", orders=buyers.AT_ONCE)
        self._die(failover, buyers)
        lab.step("promoting")
        failover.promote()
        if failed := buyers.buy_until_all_can(FOUND):
            self._tell(failover, failed)
            return len(failed)
        lab.step("coming_back")
        failover.bring_back()
        if failed := buyers.buy_until_all_can(FOUND):
            lab.find("back_to_db1", **self._values(failover, failed))
        return len(failed)

    def _die(self, failover: Failover, buyers: Buyers) -> None:
        """Kill db1 while orders stand at their COMMIT; others try while nobody takes writes."""
        lab = self._lab
        ordering, trying = buyers.with_full_carts(), buyers.with_full_carts()
        failover.cut_line()
        threads = buyers.press(ordering)

        def stand_there() -> bool:
            answered = sum(buyer.is_answered for buyer in ordering)
            return failover.waiting() + answered >= len(ordering)

        lab.wait_until(stand_there, timeout=lab.patience(AT_COMMIT))
        # Who thanks without having waited for the COMMIT does so by now.
        lab.wait_until(lambda: all(buyer.is_answered for buyer in ordering), timeout=HELD)
        failover.kill()
        threads += buyers.press(trying, patience=IN_VAIN)
        for thread in threads:
            thread.join()

    def _tell(self, failover: Failover, failed: list[Buyer]) -> None:
        """Say what those met who could not buy on db2."""
        waits = any(buyer.problem == HANGS for buyer in failed)
        finding = "waits_for_db1" if waits else "db1_only"
        self._lab.find(finding, **self._values(failover, failed))

    def _values(self, failover: Failover, failed: list[Buyer]) -> dict[str, object]:
        first = failed[0]
        why = failover.shop.reason_of(first.status, first.problem)
        return {
            "failed": len(failed),
            "buyers": Buyers.AT_ONCE,
            "seconds": round(FOUND),
            "error": why,
        }

    def _open_the_ledger(self, failover: Failover, buyers: Buyers) -> None:
        """Record how many confirmed orders db2 does not have."""
        lab = self._lab
        confirmed = buyers.confirmed
        present = {email for (email,) in failover.sql(PRESENT, [confirmed])}
        missing = len(set(confirmed) - present)
        lab.measure("unkept", missing)
        if missing:
            lab.find("confirmed_gone", count=missing, confirmed=len(confirmed))
