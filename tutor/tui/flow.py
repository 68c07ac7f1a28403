"""Who calls whom in a stack, how busy each is, and whether anything flows: what a diagram draws."""

from collections.abc import Mapping
from dataclasses import dataclass

from tutor.curriculum.figures import MAIN
from tutor.stack.gauge import History, ServiceReading
from tutor.stack.plan import ServerPlan, StackPlan
from tutor.stack.services.kinds import kind_of
from tutor.tui.leads import LIMITS

CALLERS: Mapping[str, tuple[str, ...]] = {
    "gunicorn": ("nginx",),
    "pgbouncer": ("gunicorn",),
    "postgres": ("pgbouncer", "gunicorn"),
    "replica": ("gunicorn",),
    "memcached": ("gunicorn",),
    "redis": ("gunicorn",),
    "worker": ("redis",),
    "flower": ("redis",),
    "mail": ("worker", "gunicorn"),
}
"""By kind of service, who calls it: the first of these that the stack has."""
WORKS, BUSY, FULL = 2, 70, 90
"""Percent of what a service has from which it counts as at work, busy and full."""
AT_WORK = ("clients", "busy", "waiting", "active", "taken", "reads")
"""Figures that say that somebody is being served at this moment."""
SO_FAR = ("hits", "misses", "mails")
"""Figures that grow with each call."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One service on its server, as a branch of what calls it there."""

    service: str
    branch: str
    """What stands before its arrow: guides of the branches above, and its own."""


def stops(server: ServerPlan, plan: StackPlan) -> list[Stop]:
    """Return the services of *server*, each below the one that calls it there."""
    here = list(server.services)
    below: dict[str, list[str]] = {name: [] for name in ("", *here)}
    for name in here:
        caller = caller_of(name, plan)
        below[caller if caller in here else ""].append(name)
    found: list[Stop] = []

    def add(name: str, branch: str, guide: str) -> None:
        found.append(Stop(name, branch))
        for place, child in enumerate(below[name], 1):
            is_last = place == len(below[name])
            add(child, guide + ("╰" if is_last else "├"), guide + (" " if is_last else "│"))

    for root in below[""]:
        add(root, "", "")
    return found


def caller_of(service: str, plan: StackPlan) -> str:
    """Return the service that calls *service*; empty where the visitors do."""
    for kind in CALLERS.get(kind_of(service), ()):
        for name in plan.services:
            if kind_of(name) == kind:
                return name
    return ""


def sources(server: ServerPlan, plan: StackPlan) -> list[str]:
    """Return the other servers from which *server* is called; an empty name for the visitors."""
    callers = [caller_of(name, plan) for name in server.services]
    where = [plan.server_of(caller) if caller else "" for caller in callers]
    return [name for name in dict.fromkeys(where) if name != server.name]


def flows(service: ServiceReading, history: History, site: str) -> bool:
    """Return whether anybody called *service* lately."""
    if any(service.figures.get(name) or 0 for name in AT_WORK):
        return True
    for name in SO_FAR:
        seen = history.of_service(service.site or site, service.title, name)[-2:]
        if len(seen) > 1 and seen[-1] > seen[-2]:
            return True
    return service.cpu_percent >= WORKS


def load_of(service: ServiceReading, flowing: bool) -> str:
    """Return ``idle``, ``works``, ``busy`` or ``full``: how much of what it has is used up."""
    figures = service.figures
    percent = service.cpu_percent
    if limit := figures.get(LIMITS.get(MAIN.get(service.kind, ""), "")):
        share = 100 * (figures.get(MAIN[service.kind]) or 0) / limit
        # The only worker at work is no queue yet.
        most = FULL if figures.get("waiting", 1) else FULL - 1
        percent = max(percent, min(share, most) if share >= FULL else share)
    if percent >= FULL:
        return "full"
    if percent >= BUSY:
        return "busy"
    return "works" if flowing or percent >= WORKS else "idle"
