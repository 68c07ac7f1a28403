"""The shop of one variant, up and answering."""

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.cleanup import CleanUp
from tutor.base.errors import TutorError
from tutor.curriculum import Machine
from tutor.curriculum.compose import materialise
from tutor.machine.processes import children_of, every_process, families, seconds_of
from tutor.machine.programs import find_program
from tutor.stack.blame import does_not_migrate, does_not_start, too_few_workers
from tutor.stack.databases import migrate_alike
from tutor.stack.ground import Ground
from tutor.stack.hang import UNKNOWN, Hang, HangProbe
from tutor.stack.lost_ports import lost_port
from tutor.stack.plan import STACK_FILE, StackPlan, read_plan
from tutor.stack.rows import SHOPS_OWN, Rows
from tutor.stack.servers import Servers
from tutor.stack.services.base import ServiceContext, ShopService
from tutor.stack.services.gunicorn import WORKERS, Gunicorn
from tutor.stack.services.kinds import KINDS, is_started, kind_of, replica_addresses
from tutor.stack.services.pgbouncer import pgbouncer_is_missing
from tutor.stack.stack import ServiceFailed
from tutor.stack.starting import Emit, start_service
from tutor.stack.strays import SITE
from tutor.stack.traceback import Crash, last_crash
from tutor.stack.worker_startup import WorkerStartup

PORT_TRIES = 3
"""How often ports are chosen: between the choice and the start somebody may take one."""


class PortLost(TutorError):
    """Somebody took a port before the service it was chosen for could."""


SEES_WORK, ASKS_EVERY = 40.0, 1.0
"""Seconds for which workers are watched that may be at it for ever, or only slow; and between two
questions where they are."""


class Site:
    """A shop that is served: its files, its database, its services, its address."""

    def __init__(
        self,
        ground: Ground,
        variant: str,
        folder: Path,
        shown_as: Path,
        machine: Machine | None = None,
    ) -> None:
        self.ground = ground
        self.variant = variant
        self.folder = folder
        self.shown_as = shown_as
        """The folder the learner knows these files under."""
        self.machine = machine or Machine()
        """What the level sets from outside."""
        self.database = ""
        self.services: dict[str, ShopService] = {}
        """What runs, by its name in ``stack.toml``, in the order in which it started."""
        self.servers = Servers(ground, variant, self.machine, lambda: self.plan, self.services)
        self.env: dict[str, str] = {}
        """The environment of the shop's processes."""
        self.rows = Rows()
        """What starts together; what is to start later is waited for there."""
        self.workers = 1
        """How many workers ``stack.toml`` asks for."""
        self._workers_told = 0
        """How many workers gunicorn was told to have; it may still be starting them."""

    @property
    def gunicorn(self) -> ShopService | None:
        """The shop itself; None while it is not up."""
        return self.services.get("gunicorn")

    @property
    def url(self) -> str:
        """Return the address of the shop: of nginx where there is one."""
        door = self.services.get("nginx") or self.services.get("gunicorn")
        assert door is not None, "the shop is not up"
        return f"http://127.0.0.1:{door.port}"

    @property
    def plan(self) -> StackPlan:
        """Return what this variant's ``stack.toml`` says."""
        return read_plan(self.folder / STACK_FILE, self.shown_as / STACK_FILE)

    def prepare(self, database: str) -> None:
        """Give the shop its *database* and its processes their environment."""
        self.database = database
        base = self.ground.stack.base_env()
        own = {"SHOP_MODE": "load", SITE: self.variant}
        self.env = base | self.ground.databases.env(database) | own

    def serve(
        self,
        database: str,
        emit: Emit,
        cancel: Cancel,
        *,
        explore: bool = False,
        port: int = 0,
        one_worker: bool = False,
        without: Collection[str] = (),
        later: Collection[str] = (),
        has_postgres: bool = True,
    ) -> None:
        """Serve the shop on *database*: start all its services but those of *without*.

        Those of the kinds *later* are begun with the others, and waited for by ``rows.complete()``.
        With *one_worker* nothing depends on which worker happens to answer;
        :meth:`full_startup` adds the others. With *has_postgres* PostgreSQL, which all shops of a
        stack share, comes to this shop's server.

        Raises:
            ShopError: it does not start, because of what is in its files.
        """
        self.prepare(database)
        self.env["SHOP_MODE"] = "explore" if explore else "load"
        plan = self.plan
        self.workers = int(plan.of("gunicorn").get("workers", WORKERS))
        self.servers.share_out(plan, explore=explore)
        self.ground.replicas.need(plan, emit, cancel)
        if has_postgres:
            self.servers.take_postgres()
        own = {"gunicorn": _own_settings(plan, one_worker=one_worker, explore=explore)}
        self._workers_told = int(own["gunicorn"].get("workers", WORKERS))
        titles = [t for t in plan.services if t not in without and is_started(t)]
        for tries_left in reversed(range(PORT_TRIES)):
            contexts = self._contexts(titles, plan, own, front_port=port, explore=explore)
            try:
                self.rows.start(contexts, lambda one: self._start(one, emit, cancel), later)
                return
            except PortLost:
                self.rows.end(self._end_start)
                for service in reversed(self.services.values()):
                    self._stop_service(service)
                self.services.clear()
                if not tries_left:
                    raise

    def join(self, database: str) -> None:
        """Know the services of this shop that another tutor serves to people on *database*."""
        self.prepare(database)
        self.env["SHOP_MODE"] = "explore"
        stack = self.ground.stack
        running = [service for service in stack.status().values() if service.running]
        infos = [s.info for s in running if s.info.site == self.variant]
        ports = {info.title: info.port for info in infos}
        replicas = self.ground.replicas.running()
        self.env |= replica_addresses([replica.port for replica in replicas.values()])
        for info in infos:
            self.env |= KINDS[info.kind].address(info.port)
        for info in infos:
            kind, title = info.kind, info.title
            make = KINDS[kind].make
            assert make is not None, f"{title} is not a service of a shop"
            self.services[title] = make(
                ServiceContext(
                    site=self.variant,
                    kind=kind,
                    title=title,
                    server=info.server,
                    port=info.port,
                    folder=stack.folder / "services" / self.variant / title,
                    log=stack.log(f"{title}-{self.variant}"),
                    shop=self.folder,
                    env=self.env,
                    settings={},
                    ports=ports,
                    explore=True,
                    listen=stack.placement.listen,
                )
            )

    def _contexts(
        self,
        titles: Sequence[str],
        plan: StackPlan,
        own: dict[str, dict[str, Any]],
        *,
        front_port: int,
        explore: bool,
    ) -> list[ServiceContext]:
        """Return where each service of *titles* runs, with every address known to every one."""
        place = self.ground.stack.placement
        front = "nginx" if "nginx" in titles else "gunicorn"
        wanted = {title: plan.of(title).get("port", 0) if explore else 0 for title in titles}
        wanted[front] = front_port or wanted[front]
        if "mail" in titles:
            wanted["mail-page"] = 0
        replicas = self.ground.replicas.ports(plan.replicas)
        self.env |= replica_addresses(list(replicas.values()))
        ports = {"postgres": self.ground.postgres.port, **place.ports(wanted)}
        for title in titles:
            self.env |= KINDS[kind_of(title)].address(ports[title])
        stack = self.ground.stack
        return [
            ServiceContext(
                site=self.variant,
                kind=kind_of(title),
                title=title,
                server=plan.server_of(title),
                port=ports[title],
                folder=stack.folder / "services" / self.variant / title,
                log=stack.log(f"{title}-{self.variant}"),
                shop=self.folder,
                env=self.env,
                settings=own.get(title, plan.of(title)),
                ports=ports,
                replicas=replicas,
                explore=explore,
                listen=place.listen,
            )
            for title in titles
        ]

    def _start(self, context: ServiceContext, emit: Emit, cancel: Cancel) -> None:
        make = KINDS[context.kind].make
        assert make is not None, f"{context.title} is not a service of a shop"
        context.folder.mkdir(parents=True, exist_ok=True)
        service = make(context)
        share = self.servers.shares.get(context.server)
        try:
            start_service(self.ground.stack, service, emit, cancel, share, context.site)
        except ServiceFailed as error:
            own_code = context.kind in SHOPS_OWN
            if lost_port(error.log_tail, context.port, address=context.listen, own_code=own_code):
                raise PortLost.named(
                    "port_lost", hint="not_yours", port=context.port, service=context.title
                ) from error
            if own_code:
                if "pgbouncer" in self.plan.services and not find_program("pgbouncer"):
                    raise pgbouncer_is_missing() from error
                raise does_not_start(self, error, context) from error
            raise
        self.services[context.title] = service

    def cpu_of_services(self) -> dict[str, float]:
        """Return the CPU seconds each service used so far, as its processes tell."""
        status = self.ground.stack.status()
        names = {name: name for name, s in status.items() if s.info.kind in ("postgres", "replica")}
        names |= {title: service.name for title, service in self.services.items()}
        masters = {t: status[name].pid for t, name in names.items() if name in status}
        found = families(masters.values(), every_process())
        return {"postgres": 0.0, **{t: seconds_of(found[pid]) for t, pid in masters.items()}}

    def restart(self, title: str, emit: Emit, cancel: Cancel) -> None:
        """Start the service *title* again where it was."""
        service = self.services[title]
        self.ground.stack.stop(service.name, grace=0)
        self._start(service.context, emit, cancel)

    def migrate(
        self,
        database: str,
        files: Mapping[str, Path],
        seed_files: Mapping[str, Path],
        cancel: Cancel,
    ) -> None:
        """Apply this shop's migrations where they differ from those of the seed."""
        if migrate_alike(files, seed_files):
            return
        try:
            self.ground.databases.migrate(self.folder, database, cancel)
        except ServiceFailed as error:
            raise does_not_migrate(self, error) from error

    def run_code(self, code: str, cancel: Cancel) -> None:
        """Run *code* in this shop, with its settings and on its database."""
        self.ground.databases.run_code(code, self.folder, self.database, cancel)

    def full_strength(self, cancel: Cancel | None = None) -> None:
        """Bring the shop to as many workers as its ``stack.toml`` asks for, all of them loaded.

        Raises:
            ShopError: workers end, or are stuck, while they load the shop's own code.
            TutorError: they do not come for a reason that is not the shop's.
        """
        assert isinstance(self.gunicorn, Gunicorn)
        startup = WorkerStartup(self.ground.stack, self.gunicorn, cancel or Cancel())
        if not startup.bring_to(self.workers, self._workers_told, self._tell):
            raise too_few_workers(self, startup)

    def _tell(self, workers: int) -> None:
        self._workers_told = workers

    def stop(self) -> None:
        """Stop serving, at once: nobody waits for an answer any more.

        Raises:
            Exception: a step failed; the others were taken all the same.
        """
        clean_up = CleanUp(self.ground.stack.log("tutor"))
        clean_up.step("end what has not started", lambda: self.rows.end(self._end_start))
        # One that asks another is as dead a moment later.
        with ThreadPoolExecutor(max(1, len(self.services))) as pool:
            for title, service in reversed(self.services.items()):
                stop = partial(self._stop_service, service)
                pool.submit(clean_up.step, f"stop {title}", stop)
        self.services.clear()
        if self.servers.shares:
            clean_up.step("let PostgreSQL go", self.servers.let_postgres_go)
            self.servers.shares.clear()
        if clean_up.failures:
            raise clean_up.failures[0]

    def _end_start(self, context: ServiceContext) -> None:
        self.ground.stack.stop(context.name, grace=0)

    def _stop_service(self, service: ShopService) -> None:
        self.ground.stack.stop(service.name, grace=0)

    def log_tail(self) -> str:
        """Return the end of the shop's log."""
        return self.ground.stack.tail(f"gunicorn-{self.variant}")

    def last_crash(self) -> Crash | None:
        """Return the last exception in the shop's log, with paths as the learner knows them."""
        return last_crash(self.log_tail(), self.folder, self.shown_as)

    def works_on(self, seconds: float, cancel: Cancel) -> bool:
        """Return whether a worker uses so many more CPU seconds before it is done with its work.

        Whoever is only slow is done before that; on a crowded machine it takes a while to see.

        Raises:
            Cancelled: an end was asked for meanwhile.
        """
        master = _master_of(self)
        workers = children_of(master, recursive=False) if master else []
        began = {worker: seconds_of([worker]) for worker in workers}
        deadline = time.monotonic() + SEES_WORK
        while time.monotonic() < deadline:
            if any(seconds_of([worker]) - used >= seconds for worker, used in began.items()):
                return True
            if self.where_it_hangs() == UNKNOWN:
                return False
            # Each question is written into the shop's log.
            cancel.wait(ASKS_EVERY)
        return False

    def where_it_hangs(self) -> Hang:
        """Return where a worker is and what it waits for, as it is asked now.

        :data:`UNKNOWN` where none can be asked any more.
        """
        gunicorn, master = self.gunicorn, _master_of(self)
        if gunicorn is None or not master:
            return UNKNOWN
        log, postgres = self.ground.stack.log(gunicorn.name), self.ground.postgres
        with suppress(OSError):
            return HangProbe(master, log, self.folder, postgres, self.database).ask()
        return UNKNOWN


def _master_of(site: Site) -> int:
    """Return the process that keeps the workers of *site*; 0 where none is known."""
    gunicorn = site.gunicorn
    return site.ground.stack.status_of(gunicorn.name).pid if gunicorn else 0


def make_site(
    ground: Ground,
    variant: str,
    files: Mapping[str, Path],
    shown_as: Path | None = None,
    machine: Machine | None = None,
) -> Site:
    """Lay the files of a variant out in a folder of their own and return the site."""
    folder = ground.stack.folder / "shops" / variant
    materialise(files, folder)
    return Site(ground, variant, folder, shown_as or folder, machine)


def _own_settings(plan: StackPlan, *, one_worker: bool, explore: bool) -> dict[str, Any]:
    """Return gunicorn's settings, with what the occasion asks for."""
    settings = dict(plan.of("gunicorn"))
    if one_worker:
        settings["workers"] = 1
    if explore:
        # One process: the debug toolbar keeps its figures in memory.
        settings |= {"workers": 1, "threads": 4}
    return settings
