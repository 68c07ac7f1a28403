"""The processes of a shop that run on none of its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.machine.leftovers import MARK
from tutor.machine.processes import born_at, environment_of, runs

if TYPE_CHECKING:
    from tutor.stack.servers import Servers

SITE = "LEVELUP_SITE"
"""The environment variable that says which shop of the stack a process belongs to."""


def strays_of(servers: Servers) -> set[tuple[int, float]]:
    """Return pid and birth of each process of a shop that is seen on none of its *servers* now.

    What a service started and left behind is found too: it became the supervisor's child.
    One look accuses nobody: it may see a process between two states.
    """
    shares = servers.shares
    found = {pid for server, pids in servers.pids().items() for pid in shares[server].strays(pids)}
    if next(iter(shares.values())).cgroups:
        stack = servers.ground.stack
        orphans = set(filter(runs, stack.orphans())) - stack.placement.on_servers()
        found |= {pid for pid in orphans if may_be_of(servers.variant, pid)}
    return {(pid, born) for pid in found if (born := born_at(pid))}


def may_be_of(variant: str, pid: int) -> bool:
    """Return whether an orphan may be that shop's: what another one, or we, started is not."""
    env = environment_of(pid)
    return env[SITE] == variant if SITE in env else MARK not in env
