"""The servers of one shop: the share of the machine that each is, and what runs on it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.curriculum import Machine
from tutor.machine.processes import every_process, families, seconds_of
from tutor.machine.shares import Share, bind, cores
from tutor.machine.status import UNKNOWN_SERVICE
from tutor.stack.ground import Ground
from tutor.stack.plan import StackPlan, check_servers
from tutor.stack.services.base import ShopService
from tutor.stack.stack import NO_SHARE, share_info
from tutor.stack.strays import strays_of


class Servers:
    """The servers of one shop, PostgreSQL's included while it is this shop's turn."""

    def __init__(
        self,
        ground: Ground,
        variant: str,
        machine: Machine,
        plan: Callable[[], StackPlan],
        services: Mapping[str, ShopService],
    ) -> None:
        self.ground = ground
        self.variant = variant
        self.shares: dict[str, Share] = {}
        """By server, its share of the machine; none where servers are not limited."""
        self._machine = machine
        self._plan = plan
        """Reads ``stack.toml`` as it is when it is asked."""
        self._services = services
        """What runs, as the site knows it: it starts and stops them."""

    def share_out(self, plan: StackPlan, *, explore: bool) -> None:
        """Give each server its share of the machine.

        Quotas come into force with :meth:`held`: a shop starts, and is looked at, at full speed.
        """
        check_servers(plan, self._machine)
        if self._machine.server_cpu is None or explore:
            return
        placement = self.ground.stack.placement
        for place, server in enumerate(plan.servers):
            cpu = server.cpu or self._machine.server_cpu
            self.shares[server.name] = placement.share(
                server.name, self.variant, cpu, server.memory, place
            )

    def take_postgres(self) -> None:
        """Have PostgreSQL and its replicas run on this shop's own servers."""
        plan = self._plan()
        for name in self._shared(plan):
            self.take(name)

    def take(self, name: str) -> None:
        """Have PostgreSQL, or the replica of that *name*, run on this shop's own server."""
        server = self._plan().server_of(name)
        share = self.shares.get(server)
        if share:
            self.ground.put(name, server, share, Cancel())
        noted = share_info(share) if share else NO_SHARE
        if share or not self.ground.stack.placement.confines:
            noted = {"server": server, **noted}
        self.ground.stack.note(name, **noted)

    def _shared(self, plan: StackPlan) -> list[str]:
        """Return what this shop's servers run that belongs to every shop of the stack."""
        return ["postgres", *self.ground.replicas.ports(plan.replicas)]

    def let_postgres_go(self) -> None:
        """Give PostgreSQL the whole machine back, unless another shop has taken it meanwhile.

        Its replicas as well.
        """
        on_them = [share.pids() for share in self.shares.values() if share.cgroups]
        pids = {*self.ground.postgres_pids(), *self.ground.replicas.all_pids()}
        moved = pids & set().union(*on_them) if on_them else pids
        self.ground.stack.placement.let_go(moved)
        for name in ("postgres", *self.ground.replicas.running()):
            with suppress(TutorError):
                self.ground.stack.note(name, **NO_SHARE)

    def beside(self) -> tuple[str, ...]:
        """Return the cgroups of whoever works beside the servers, as if on a machine of its own.

        Empty where servers have no share.
        """
        if not self.shares:
            return ()
        beside = Share(self.ground.stack.folder, "beside", 1.0, len(self.shares))
        self.ground.stack.make_share(beside)
        return beside.cgroups

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold every server to its share during the block."""
        self.take_postgres()
        with ExitStack() as freed:
            for server, share in self.shares.items():
                # Registered before: a quota that came half into force is lifted as well.
                freed.callback(share.free)
                _hold(server, share)
            yield

    @contextmanager
    def on_core(self, core: int) -> Iterator[None]:
        """Have everything of this shop, PostgreSQL included, run on one core during the block.

        What is measured in turns is measured on the same ground: cores are not equally fast.
        """
        for pids in self.pids().values():
            bind(pids, (core,))
        try:
            yield
        finally:
            for server, pids in self.pids().items():
                share = self.shares.get(server)
                bind(pids, (share.affinity if share else ()) or cores())

    def pids(self) -> dict[str, list[int]]:
        """Return the processes of each server's services, their children included."""
        plan, status = self._plan(), self.ground.stack.status()
        heads = {s.name: s.server for s in self._services.values()}
        shared = [n for n in ("postgres", *plan.replicas) if n in status and status[n].running]
        heads |= {name: plan.server_of(name) for name in shared}
        masters = {name: status.get(name, UNKNOWN_SERVICE).pid for name in heads}
        found = families(masters.values(), every_process())
        pids: dict[str, list[int]] = {server.name: [] for server in plan.servers}
        for name, server in heads.items():
            pids[server] += found[masters[name]]
        return pids

    def cpu_seconds(self, server: str) -> float:
        """Return the CPU seconds *server* used so far, by its own account where there is one."""
        share = self.shares.get(server)
        usage = share.usage() if share else None
        return usage.cpu_seconds if usage else seconds_of(self.pids()[server])

    def strays(self) -> set[tuple[int, float]]:
        """Return pid and birth of what is seen on none of this shop's servers, in one look."""
        return strays_of(self) if self.shares else set()


def _hold(server: str, share: Share) -> None:
    """Put the quota of *server* in force.

    Raises:
        TutorError: the kernel refuses.
    """
    try:
        share.hold()
    except OSError as error:
        raise TutorError.named(
            "share_refused", hint="not_yours", server=server, reason=error.strerror or error
        ) from error
