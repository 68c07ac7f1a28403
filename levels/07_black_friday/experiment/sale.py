"""The sale."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from .budget import is_lost
from .connections import TOO_MANY
from .cpu import CORES, CUSTOMERS, ROOM, STRANGERS
from .incident import Incident

if TYPE_CHECKING:
    from tutor.lab import Lab, Paper, Shop
    from tutor.load.locust import Sample

    from .goods import Goods

TRIES, EASIER = 2, 0.9
"""How often the sale is run where the machine, not the shop, seems to have failed; the second time
at this part of the rate."""
SATURATED = 90.0
LATE_MS = 400.0
"""Milliseconds by which visitors came too late: then it was the machine that had no time."""
CROWDED = 2.0
"""How many times as long as alone this machine takes where others crowd it."""
SHORT = 5
"""Seconds of a sale that is lost before it begins."""


class Outcome(NamedTuple):
    """How one sale went."""

    wrong: int
    """Answers that were wrong, visitors refused by PostgreSQL included."""
    too_many_wait: bool
    """Whether more visitors still wait when the last one arrives than the goal allows."""
    late_ms: float
    """By how many milliseconds visitors came too late."""
    asked: float
    """Percent of the busiest server, by what a visit costs."""
    busiest: float
    """Percent of it that was used."""

    @property
    def may_be_the_machine(self) -> bool:
        """Whether visitors waited although, by what a visit costs, the servers can do it.

        A server that was not full, of a machine that kept its times, was not what they waited for.
        """
        waited = not self.wrong and self.too_many_wait and self.asked <= ROOM
        return waited and (self.busiest >= SATURATED or self.late_ms > LATE_MS)


class Usage:
    """How much of its CPU each server of a shop used, look by look."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._looks: list[tuple[float, dict[str, float]]] = []

    def look(self) -> None:
        """Note what each server used up to now."""
        used = {server: self._shop.cpu_seconds(server) for server in self._shop.servers}
        self._looks.append((time.monotonic(), used))

    def percent(self, began: float, ended: float) -> dict[str, float]:
        """Return how busy each server was between two moments, in percent of what it has."""
        shop = self._shop
        window = [look for look in self._looks if began <= look[0] <= ended]
        if len(window) < 2:
            return dict.fromkeys(shop.servers, 0.0)
        (first, before), (last, after) = window[0], window[-1]
        seconds = last - first
        return {
            server: round(
                100 * (after[server] - before[server]) / seconds / (shop.cores(server) or CORES), 1
            )
            for server in shop.servers
        }


class Sale:
    """Visitors in three steps; in the last but one something happens."""

    def __init__(
        self,
        lab: Lab,
        paper: Paper,
        goods: Goods,
        customers: list[dict[str, Any]],
        incident: str,
    ) -> None:
        self._lab = lab
        self._paper = paper
        self._goods = goods
        self._customers = customers
        self._incident = incident
        self._is_lost = is_lost(lab)
        self._few = min(lab.bounds("backlog"))
        """Visitors who may still wait when the last one arrives."""

    def open(self) -> None:
        """Let visitors in; once more where it may have been the machine that kept them waiting."""
        lab = self._lab
        if self._is_lost:
            lab.plan = replace(lab.plan, seconds=SHORT)
        lab.shop.full_strength()
        for tries_left in reversed(range(1 if self._is_lost else TRIES)):
            name = "sale_cut_short" if self._is_lost else "sale"
            lab.step(name, rate=round(lab.plan.rate), seconds=lab.plan.seconds)
            with lab.draft() as draft:
                outcome = self._let_them_in()
                if not (tries_left and outcome.may_be_the_machine):
                    break
                # Nobody was wronged, some only waited: that sale never was. But its orders are
                # owed their paper, and the connections it took were taken.
                peak = lab.measures["peak"]
                draft.discard()
                lab.measures["peak"] = peak
            lab.plan = replace(lab.plan, rate=round(lab.plan.rate * EASIER, 2))
        was_crowded = lab.patience(1.0) >= CROWDED
        if outcome.too_many_wait and outcome.late_ms > LATE_MS:
            lab.too_noisy("backlog", late_ms=round(outcome.late_ms))
        elif outcome.may_be_the_machine and was_crowded:
            # By what a visit costs there is room; others had taken it each time.
            lab.too_noisy("backlog")

    def _let_them_in(self) -> Outcome:
        """Run the sale once."""
        lab, shop = self._lab, self._lab.shop
        batch = f"sale-{lab.token()}".lower()
        incident = Incident(lab, self._paper.orders, self._incident)
        usage, strays = Usage(shop), lab.strays()

        def look() -> None:
            usage.look()
            incident.look()
            strays.look()

        with incident, shop.counting() as log, lab.backends(measure="peak"):
            total = lab.load(facts=self._facts(batch), during=look)
        busy = usage.percent(total.extra["top"], total.extra["ended"])
        refused = log.problems[TOO_MANY]
        self._measure(total, busy, refused)
        self._owe(batch, round(total.extra.get("ordered", 0)))
        if strays.count:
            lab.foul("left_its_server", count=strays.count)
        if total.failures:
            self._explain_failures(total, incident, quiet=bool(refused) or self._is_lost)
        busiest = max(busy, key=lambda server: busy[server])
        backlog = total.extra["backlog"]
        if backlog > self._few:
            lab.find_once("queue", count=round(backlog), server=busiest, cpu=busy[busiest])
        self._paper.orders.revive()
        return Outcome(
            wrong=total.failures + refused,
            too_many_wait=backlog > self._few,
            late_ms=total.extra["late_ms"],
            asked=lab.measures["asked"],
            busiest=busy[busiest],
        )

    def _facts(self, batch: str) -> dict[str, Any]:
        """Return what the load generator must know: pages, people, and what is on sale."""
        shelves = self._lab.live_products()
        return {
            "pages": {path: shelves.names(path) for path in shelves.by_path},
            "customers": self._customers,
            "slugs": [slug for slug, _ in self._goods.products],
            "batch": batch,
            "mix": [CUSTOMERS, STRANGERS],
        }

    def _measure(self, total: Sample, busy: dict[str, float], refused: int) -> None:
        """Record what was seen."""
        lab = self._lab
        for measure in ("offered", "backlog", "late_ms"):
            lab.measure(measure, total.extra[measure])
        for server, percent in busy.items():
            lab.measure(f"{server}_cpu", percent)
        lab.measure("refusals", lab.measures["refusals"] + refused)
        lab.measure("incident", self._incident)

    def _owe(self, batch: str, thanked: int) -> None:
        """Note who bought something in the sale; refuse fewer orders than were *thanked* for."""
        query = "SELECT email FROM orders_order WHERE email LIKE %s"
        rows = self._lab.shop.sql(query, [f"{batch}%"])
        self._paper.owe("sale", [email for (email,) in rows])
        self._lab.measure("orders", len(self._paper.groups["sale"]))
        if thanked > len(rows):
            self._lab.foul("orders_not_written", thanked=thanked, count=thanked - len(rows))

    def _explain_failures(self, total: Sample, incident: Incident, *, quiet: bool) -> None:
        """Refuse a shop that sends visitors away; say what else went wrong, and since when."""
        lab, extra = self._lab, total.extra
        shed = sum(n for e, n in total.errors.items() if "status 429" in e or "status 503" in e)
        if 2 * shed > total.failures:
            lab.foul("shed", count=shed, offered=extra["offered"])
        example = lab.in_kinds(total.errors, total.failures)
        if quiet:
            # Something is told already that may be the cause.
            lab.find("fails_as_well", count=total.failures, example=example)
            return
        # What went wrong before anything happened is not the incident's.
        began = bool(incident.happened_at) and extra.get("failed", 0.0) >= incident.happened_at
        finding = f"fails_after_{incident.kind}" if began else "fails_in_sale"
        lab.find(finding, count=total.failures, example=example)
