"""One shop on the bench: the learner's, or the broken one beside it."""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError, TutorError
from tutor.lab.fingerprint import Fingerprint
from tutor.lab.kept_sessions import KeptSessions
from tutor.lab.no_answer import never_answers
from tutor.lab.own_connection import OwnConnection, rows_of
from tutor.machine.processes import send_signal, standing_still
from tutor.machine.shares import Usage
from tutor.probes import pool
from tutor.probes.broker import Broker
from tutor.probes.http import PageHangs, Response, Visitor
from tutor.probes.statements import StatementLog, Statements
from tutor.probes.trace import Trace, trace_page
from tutor.stack.blame import page_fails
from tutor.stack.ground import Ground
from tutor.stack.services.base import ShopService
from tutor.stack.services.mail import Mail
from tutor.stack.services.memcached import Memcached
from tutor.stack.services.pgbouncer import Pgbouncer, Traffic
from tutor.stack.services.postgres import ROLE, spares_none
from tutor.stack.services.redis import Redis
from tutor.stack.site import Site
from tutor.stack.starting import Emit

READERS = """
WITH RECURSIVE reads (oid) AS (
    SELECT to_regclass('public.' || %s)::oid
    UNION
    SELECT rule.ev_class FROM reads
      JOIN pg_depend AS needs ON needs.refclassid = 'pg_class'::regclass
       AND needs.refobjid = reads.oid AND needs.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite AS rule ON rule.oid = needs.objid
)
SELECT relname FROM reads JOIN pg_class USING (oid)
 WHERE relkind IN ('v', 'm') AND pg_get_userbyid(relowner) = %s
"""
SEALED = """
SELECT proname FROM pg_proc
 WHERE pg_get_userbyid(proowner) = %s AND prokind IN ('a', 'w')
UNION ALL
SELECT relname FROM pg_class
 WHERE pg_get_userbyid(relowner) = %s AND relkind IN ('v', 'm') AND pg_get_viewdef(oid) ~ %s
"""
Files = Mapping[str, Path]
Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs a query with its parameters, in the shop's database on one of the servers that have it."""


class Shop:
    """One shop on the bench: the learner's, or the broken one beside it."""

    def __init__(
        self, ground: Ground, emit: Emit, cancel: Cancel, site: Site, files: Files
    ) -> None:
        self.ground = ground
        self.emit = emit
        self.cancel = cancel
        self.site = site
        self.files = files
        self._visitor: Visitor | None = None
        self.fingerprint = Fingerprint(self)
        """What the seed laid down in this shop's database."""
        self._aside: OwnConnection | None = None
        self._kept: list[KeptSessions] = []
        self._sessions = self.keeping(self._connect)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return self.site.url

    @property
    def database(self) -> str:
        """The name of the shop's database."""
        return self.site.database

    def visitor(self, *, timeout: float = 0.0) -> Visitor:
        """Return a new visitor with an empty cookie jar; by default as patient as others are."""
        return Visitor(self.url, timeout=timeout)

    def get(self, path: str) -> Response:
        """Return the answer to an anonymous visitor; the connection is kept."""
        if self._visitor is None:
            self._visitor = self.visitor()
        self._visitor.cookies.clear()
        return self._visitor.get(path)

    def page(self, path: str) -> Response:
        """Return the answer to an anonymous visitor, which must be a page (status 200).

        Raises:
            ShopError: the page failed, or never came.
        """
        with self.explaining():
            response = self.get(path)
        if response.status != 200:
            raise self.failed(response)
        return response

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Say of a page that does not come during the block where the shop is, and why.

        Afterwards it may be somewhere else: who it waited for is there again.

        Raises:
            TutorError: a page never came.
        """
        try:
            yield
        except PageHangs as error:
            if error.is_explained or error.url != self.url:
                raise
            raise never_answers(self.site, error, self.cancel) from error

    def failed(self, response: Response) -> ShopError:
        """Return what went wrong with a page, with its place in the shop's code."""
        error = page_fails(self.site, response.path, response.status, self.site.log_tail())
        error.url = self.url
        return error

    def reason_of(self, status: int, otherwise: str = "–") -> str:
        """Return the exception behind an answer of *status*; *otherwise* where there is none."""
        crash = self.site.last_crash() if status >= 500 else None
        return crash.error if crash else otherwise

    def sql(self, query: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run *query* in the shop's database as superuser, uncounted, and return its rows."""
        if self._aside is not None:
            return self._aside.ask(query, params)
        if spares_none(self.ground.postgres.max_connections):
            with closing(self._connect()) as connection:
                return rows_of(connection, query, params)
        return self._sessions.ask(query, params)

    def _connect(self) -> Any:
        return self.ground.postgres.connect(self.database)

    def keeping(self, connect: Callable[[], Any]) -> KeptSessions:
        """Return sessions that are made by *connect* and end with the shop."""
        self._kept.append(sessions := KeptSessions(connect))
        return sessions

    def hang_up(self) -> None:
        """End our own sessions in the shop's database, on every server."""
        for sessions in self._kept:
            sessions.close()

    @contextmanager
    def asking_aside(self) -> Iterator[None]:
        """Ask over one session during the block, whose work :meth:`cpu_of_services` leaves out."""
        with OwnConnection(self.ground, self.database) as session:
            self._aside = session
            try:
                yield
            finally:
                self._aside = None

    @contextmanager
    def counting(self) -> Iterator[Statements]:
        """Count the SQL statements of this shop during the block, as PostgreSQL sees them."""
        with StatementLog(self.ground.postgres).counting(self.database) as statements:
            yield statements

    def trace(self, path: str) -> Trace:
        """Return which line of the shop issues which statement when it renders *path*."""
        return trace_page(self.ground.stack, self.site.folder, self.site.env, path, self.cancel)

    def functions(self, *, triggers: bool = False) -> list[str]:
        """Return the names of the functions that the shop's role made in its database.

        Those that only a trigger calls are left out, but with *triggers*.
        """
        query = (
            "SELECT proname FROM pg_proc JOIN pg_roles ON pg_roles.oid = proowner"
            " WHERE rolname = %s AND prokind IN ('f', 'p')"
            " AND (%s OR prorettype <> 'trigger'::regtype) ORDER BY 1"
        )
        return [name for (name,) in self.sql(query, [ROLE, triggers])]

    def readers_of(self, table: str) -> list[str]:
        """Return the names of what the shop's role made in its database that may read *table*."""
        views = [name for (name,) in self.sql(READERS, [table, ROLE])]
        return views + self.functions()

    def uncounted_functions(self, calls: str) -> list[str]:
        """Return the names of what the shop's role made whose work is in no count of calls.

        Aggregates; and views in whose text something matches *calls*.
        """
        return [name for (name,) in self.sql(SEALED, [ROLE, ROLE, calls])]

    def function_calls(self, *, triggers: bool = False, ask: Ask | None = None) -> int:
        """Return how often such functions were called since the database was made.

        By default on the first server; *ask* asks another one.
        """
        query = (
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions"
            " JOIN pg_proc ON pg_proc.oid = funcid"
            " WHERE %s OR prorettype <> 'trigger'::regtype"
        )
        return int((ask or self.sql)(query, [triggers])[0][0])

    def scans(self, *, ask: Ask | None = None) -> int:
        """Return how many table and index scans were begun since the database was made."""
        query = "SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) FROM pg_stat_user_tables"
        return int((ask or self.sql)(query, [])[0][0])

    def toolbar_is_shown(self, path: str) -> bool:
        """Return whether the debug toolbar is on *path* when the shop is explored."""
        explorer = Site(self.ground, "explorer", self.site.folder, self.site.shown_as)
        explorer.serve(self.database, self.emit, self.cancel, explore=True)
        try:
            with closing(Visitor(explorer.url, timeout=30)) as visitor:
                return b"djDebug" in visitor.get(path).body
        finally:
            explorer.stop()

    # -- services ----------------------------------------------------------------------------------

    @property
    def services(self) -> dict[str, ShopService]:
        """What runs for this shop, by its name in ``stack.toml``; PostgreSQL is everybody's."""
        return self.site.services

    @property
    def replicas(self) -> tuple[str, ...]:
        """The replicas of PostgreSQL that ``stack.toml`` plans; ``lab.standby`` has each."""
        return self.site.plan.replicas

    def service(self, title: str) -> ShopService:
        """Return the service *title* of this shop.

        Raises:
            TutorError: there is none; an experiment asks with ``in shop.services`` first.
        """
        if title not in self.site.services:
            raise TutorError.named("no_service", service=title)
        return self.site.services[title]

    def pid(self, title: str) -> int:
        """Return the pid of the service *title*; 0 where it does not run."""
        status = self.ground.stack.status_of(self.service(title).name)
        return status.pid if status.running else 0

    def stop_service(self, title: str, *, grace: float = 0) -> None:
        """Stop the service *title*; without *grace* it is killed, its children too."""
        self.ground.stack.stop(self.service(title).name, grace=grace)

    def restart_service(self, title: str) -> None:
        """Start the service *title* again, on the same port."""
        self.site.restart(title, self.emit, self.cancel)

    def log(self, title: str) -> str:
        """Return the end of the log of the service *title*."""
        return self.ground.stack.tail(self.service(title).name, 200_000)

    def flush_cache(self, title: str = "memcached") -> None:
        """Empty the cache *title*, as its restart would; the shop's connections stay."""
        cache = self.service(title)
        assert isinstance(cache, Memcached | Redis)
        cache.flush()

    def empty_caches(self) -> None:
        """Empty every cache of the shop that is a service."""
        for title in ("memcached", "redis"):
            if title in self.services:
                self.flush_cache(title)

    def age_caches(self, seconds: float) -> None:
        """Let so many seconds pass for every cache of the shop that is a service."""
        for title in ("memcached", "redis"):
            service = self.services.get(title)
            if isinstance(service, Memcached):
                service.age(seconds)
            elif service is not None:
                Broker(service.port).age(seconds)

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails the shop sent: ``to``, ``subject``, ``body``, ``attachments``."""
        mail = self.service("mail")
        assert isinstance(mail, Mail)
        return mail.mails()

    def pool_size(self) -> int:
        """Return how many connections Django's own pool lets one process of the shop have.

        0 where it has no such pool, or its settings cannot be read: this is to explain with.
        """
        output = self.ground.stack.folder / f"pool-{self.site.variant}.json"
        output.unlink(missing_ok=True)
        with suppress(TutorError):
            self.site.run_code(pool.code_for(output), self.cancel)
        return pool.size_in(output)

    @property
    def pooled(self) -> Traffic | None:
        """Who uses the shop's pgbouncer; None where there is none, or it does not answer."""
        service = self.services.get("pgbouncer")
        return service.traffic() if isinstance(service, Pgbouncer) else None

    @property
    def broker(self) -> Broker:
        """What Celery's messages do in the shop's Redis."""
        return Broker(self.service("redis").port)

    @contextmanager
    def paused(self, title: str) -> Iterator[None]:
        """Have the service *title* stand still during the block; who talks to it waits."""
        pids = self.ground.stack.pids(self.service(title).name)
        with standing_still(pids), self.explaining():
            yield

    def kill(self, title: str) -> None:
        """End the service *title* with all its processes and without a word of warning."""
        send_signal(self.ground.stack.pids(self.service(title).name), signal.SIGKILL)
        self.stop_service(title)

    # -- servers -----------------------------------------------------------------------------------

    @property
    def servers(self) -> dict[str, tuple[str, ...]]:
        """Which services run on which server, as ``stack.toml`` says."""
        return {server.name: server.services for server in self.site.plan.servers}

    def usage(self, server: str) -> Usage | None:
        """Return what *server* used since it was made; None where nobody counts."""
        share = self.site.servers.shares.get(server)
        return share.usage() if share else None

    def cpu_of_services(self) -> dict[str, float]:
        """Return the CPU seconds each service of this shop used so far.

        What we ask aside is work of ours: see :meth:`asking_aside`.
        """
        used = self.site.cpu_of_services()
        if self._aside is not None:
            used["postgres"] -= self._aside.cpu_seconds()
        return used

    def cpu_seconds(self, server: str) -> float:
        """Return the CPU seconds *server* used so far, whoever keeps the account."""
        return self.site.servers.cpu_seconds(server)

    def cores(self, server: str) -> float | None:
        """Return the cores that are 100 % of *server*; None where servers are not limited."""
        share = self.site.servers.shares.get(server)
        return share.cores if share else None

    def on_core(self, core: int) -> AbstractContextManager[None]:
        """Have this shop, PostgreSQL included, run on one core during the block."""
        return self.site.servers.on_core(core)

    def strays(self) -> set[tuple[int, float]]:
        """Return pid and birth of what is off its server now; ``lab.strays`` says who left."""
        return self.site.servers.strays()

    def quota(self, server: str) -> float | None:
        """Return the cores *server* has at this moment; None where nothing holds to them."""
        share = self.site.servers.shares.get(server)
        return share.quota() if share else None

    def full_strength(self) -> None:
        """Bring the shop to as many gunicorn workers as ``stack.toml`` asks for."""
        self.site.full_strength(self.cancel)

    def await_celery(self) -> None:
        """Wait until the shop's workers of Celery are up, where it did not wait for them.

        Raises:
            ShopError: they do not start, because of what is in the shop's files.
        """
        self.site.rows.complete()
