"""What one load says of the shop: whom it answered, and what its servers had left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .costing import ALL_OF_IT

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop

    from .pages import Pages
    from .watch import Watch

SATURATED = 90.0
"""Percent of CPU from which on a server has nothing left to give."""
SLOWER = 1.12
"""By how much the machine may have become slower since the load was measured out."""
LATE_MS = 400.0
"""Milliseconds by which visitors came too late: then it was the machine that had no time."""


class Load:
    """One load that is over: its totals, and what was watched meanwhile."""

    def __init__(self, lab: Lab, pages: Pages, watch: Watch, total: Any) -> None:
        self.lab = lab
        self.pages = pages
        self.watch = watch
        self.total = total
        self.extra: dict[str, float] = total.extra
        self.few = min(lab.bounds("backlog"))
        """Visitors who may still wait for their answer when the last one arrives."""

    def judge_answers(self) -> None:
        """Refuse answers that are wrong, and visitors that were sent away."""
        lab, watch, total, extra = self.lab, self.watch, self.total, self.extra
        lab.measure("offered", extra["offered"])
        lab.measure("answered", extra["right"])
        lab.measure("backlog", extra["backlog"])
        if total.failures:
            shed = sum(n for e, n in total.errors.items() if "status 429" in e or "status 503" in e)
            if 2 * shed > total.failures:
                lab.foul("shed", count=shed, offered=extra["offered"])
            kinds = lab.in_kinds(total.errors, total.failures)
            lab.foul("wrong_under_load", count=total.failures, example=kinds)
        if watch.failed:
            raise watch.failed
        if watch.strays.count:
            lab.foul("left_its_server", count=watch.strays.count)
        if watch.quota_changed:
            lab.foul("quota_changed", server=watch.quota_changed)
        for foul, params in watch.faults[:1]:
            lab.foul(foul, **params)
        if watch.page:
            truth, cards = watch.page
            self.pages.refuse_stale(watch.path, {watch.canary: watch.before}, truth, cards)
            self.pages.compare(watch.path, truth, cards)

    @property
    def was_the_machine(self) -> bool:
        """Whether this machine failed the shop: it became slower, or had no time for it.

        By rate and cost the servers can do the work, and still visitors wait.
        """
        watch, extra = self.watch, self.extra
        if self.lab.measures["asked"] > 100 or extra["backlog"] <= self.few:
            return False
        if watch.is_starved or extra["late_ms"] > LATE_MS:
            return True
        return watch.busiest(extra)[1] >= SATURATED and watch.slower > SLOWER

    def judge_servers(self) -> None:
        """Measure how busy the servers were while visitors came."""
        lab, shop, watch, extra = self.lab, self.lab.shop, self.watch, self.extra
        cpu = watch.cpu_percent(extra)
        busiest, _ = watch.busiest(extra)
        lab.measure("late_ms", extra["late_ms"])
        lab.measure("slower", round(watch.slower, 2))
        web, database = (_server_of(shop, service) for service in ("gunicorn", "postgres"))
        lab.measure("server1_cpu", cpu[web])
        if database != web:
            lab.measure("db1_cpu", cpu[database])
        lab.measure("throttled", max(watch.throttled_percent(server) for server in shop.servers))
        self._measure_page_cost()
        if not shop.usage(web):
            lab.find("no_quotas")
        if self.was_the_machine:
            slower, backlog = round(watch.slower, 2), extra["backlog"]
            lab.too_noisy("backlog", slower=slower, backlog=backlog, cpu=cpu[busiest])
        elif cpu[busiest] >= SATURATED or lab.measures["asked"] > ALL_OF_IT:
            self._tell_saturated(busiest, cpu)
        elif extra["backlog"] > self.few:
            lab.find("blocked", backlog=round(extra["backlog"]), server=busiest, cpu=cpu[busiest])
        elif lab.measures["page_cost_ratio"] > min(lab.bounds("page_cost_ratio")):
            lab.find(
                "same_work",
                cost=lab.measures["page_cost_ratio"],
                web=lab.measures["web_ms"],
                database=lab.measures["database_ms"],
            )

    def _measure_page_cost(self) -> None:
        """Record what a visitor's page costs, of what it costs the broken shop: the lower of two.

        A page that is kept for a moment is cheap when many come; any other is dearer then than page
        by page, as servers that are held back lose what their processors had at hand.
        """
        lab = self.lab
        broken = (lab.measures["broken_web_ms"] + lab.measures["broken_database_ms"]) / 1000
        # A machine that became faster makes no page cheaper.
        share = self.watch.cpu_per_visitor(self.extra) / broken / min(self.watch.slower, 1.0)
        lab.measure("page_cost_under_load", round(100 * share, 1))
        lab.measure("page_cost_ratio", round(min(100 * share, lab.measures["page_cost_ratio"]), 1))

    def _tell_saturated(self, busiest: str, cpu: dict[str, float]) -> None:
        """Say which server had nothing left to give, and which one had."""
        lab, shop = self.lab, self.lab.shop
        lab.find(
            "saturated",
            server=busiest,
            services=", ".join(shop.servers[busiest]),
            cpu=cpu[busiest],
            asked=lab.measures["asked"],
            web=lab.measures["web_ms"],
            database=lab.measures["database_ms"],
        )
        if len(shop.servers) > 1:
            idle = min(cpu, key=lambda server: cpu[server])
            lab.find("lopsided", server=busiest, idle=idle, cpu=cpu[idle])


def _server_of(shop: Shop, service: str) -> str:
    return next(server for server, services in shop.servers.items() if service in services)
