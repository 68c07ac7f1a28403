"""The shop on two servers of its own, of which the first one dies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tutor.lab.shop import Shop
from tutor.stack.databases import Databases
from tutor.stack.ground import Ground
from tutor.stack.pair import Pair, paired
from tutor.stack.replicas import Replicas
from tutor.stack.rows import LOOKED_AT
from tutor.stack.site import Site

if TYPE_CHECKING:
    from tutor.base.cancel import Cancel
    from tutor.lab.own_connection import Rows
    from tutor.stack.plan import StackPlan
    from tutor.stack.services.replica import Replica
    from tutor.stack.starting import Emit


class Copies(Replicas):
    """What a shop on a pair takes for its replicas: the second server, by all their names."""

    def __init__(self, pair: Pair, titles: Sequence[str]) -> None:
        super().__init__(pair.stack, pair.first)
        self._copies = dict.fromkeys(titles, pair.second)

    def running(self) -> dict[str, Replica]:
        """Return the second server, whether it still follows or not."""
        return self._copies

    def need(self, plan: StackPlan, emit: Emit, cancel: Cancel) -> None:
        """Do nothing: who made the pair has seen to it."""


class Failover:
    """What happens to the servers of :attr:`shop`, one after the other."""

    def __init__(self, pair: Pair, shop: Shop) -> None:
        self.shop = shop
        """The shop under test, up and answering, on the pair."""
        self._pair = pair

    def cut_line(self) -> None:
        """Have db2 receive nothing more: from here on no commit on db1 is confirmed."""
        self._pair.cut_line(self.shop.cancel)

    def waiting(self) -> int:
        """Return how many commits of the shop wait for db2."""
        return self._pair.waiting(self.shop.database)

    def kill(self) -> None:
        """End db1 without a word of warning."""
        self._pair.kill_first()

    def promote(self) -> None:
        """Have db2 take writes."""
        self._pair.promote()

    def bring_back(self) -> None:
        """Have db1 come back on its port, as a copy of db2; whoever was connected is no more."""
        self._pair.bring_back(self.shop.cancel)
        self._pair.end_sessions(self.shop.database)

    def sql(self, query: str, params: Sequence[Any] = ()) -> Rows:
        """Run *query* in the shop's database on db2 as superuser and return its rows."""
        return self._pair.ask_second(self.shop.database, query, params)


@contextmanager
def failing_over(tested: Shop) -> Iterator[Failover]:
    """Have *tested* stand on a pair during the block, put away where it stood.

    What was in its caches, its queues and its post is not there.
    """
    tested.site.stop()
    old, ground = tested.site, tested.ground
    plan, emit, cancel = old.plan, tested.emit, tested.cancel
    servers = (plan.server_of("postgres"), plan.server_of(next(iter(plan.replicas), "postgres")))
    with paired(ground.stack, ground.postgres, servers, cancel) as pair:
        copies = Copies(pair, plan.replicas)
        password = ground.databases.role_password
        databases = Databases(ground.stack, pair.first, password, copies)
        own = Ground(ground.stack, pair.first, databases, ground.seed)
        site = Site(own, old.variant, old.folder, old.shown_as, old.machine)
        shop = Shop(own, emit, cancel, site, tested.files)
        try:
            site.serve(tested.database, emit, cancel, without=LOOKED_AT, has_postgres=False)
            site.full_strength(cancel)
            yield Failover(pair, shop)
        finally:
            shop.hang_up()
            site.stop()
