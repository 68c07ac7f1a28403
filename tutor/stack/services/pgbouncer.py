"""pgbouncer: a few connections to PostgreSQL, shared by many clients."""

import contextlib
from dataclasses import dataclass
from typing import Any

from tutor.base.errors import ShopError, TutorError
from tutor.machine.command import Command
from tutor.machine.programs import find_program
from tutor.stack.services.base import ShopService

CONFIG = """\
[databases]
{replicas}* = host=127.0.0.1 port={postgres}

[pgbouncer]
listen_addr = {listen}
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {users}
stats_users = {user}
pool_mode = {pool_mode}
default_pool_size = {pool_size}
max_client_conn = {max_clients}
ignore_startup_parameters = extra_float_digits
server_reset_query_always = 0
# A server that is back is asked again at once, not after 15 s.
server_login_retry = 1
"""
REPLICA = "{name} = host=127.0.0.1 port={port} dbname={database}\n"
"""A replica is asked for by its own name, as a database."""
CONSOLE = "pgbouncer"
"""The database in which it tells about itself."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Who uses a pgbouncer."""

    clients: int
    """Connected to it now."""
    statements: int
    """Passed on to PostgreSQL since it was started."""
    pool_size: int
    """Connections to PostgreSQL that its clients share at most."""


class Pgbouncer(ShopService):
    """One pgbouncer in front of PostgreSQL."""

    @property
    def pool_size(self) -> int:
        """Return how many connections to PostgreSQL its clients share at most."""
        return int(self.context.settings.get("pool_size", 10))

    def command(self) -> Command:
        """Return the command that runs it."""
        env, settings = self.context.env, self.context.settings
        user, password = env["DATABASE_USER"], env["DATABASE_PASSWORD"]
        users = self.write("users.txt", f'"{user}" "{password}"\n')
        replicas = [
            REPLICA.format(name=name, port=port, database=env["DATABASE_NAME"])
            for name, port in self.context.replicas.items()
        ]
        config = self.write(
            "pgbouncer.ini",
            CONFIG.format(
                replicas="".join(replicas),
                postgres=self.context.ports["postgres"],
                listen=self.context.listen,
                port=self.port,
                users=users,
                user=user,
                pool_mode=settings.get("pool_mode", "transaction"),
                pool_size=self.pool_size,
                max_clients=settings.get("max_clients", 200),
            ),
        )
        return self.run(find_program("pgbouncer"), str(config), unprivileged=True)

    def is_ready(self) -> bool:
        """Return whether the shop's role gets through to its database."""
        import psycopg

        database = self.context.env["DATABASE_NAME"]
        with contextlib.suppress(psycopg.OperationalError), self._connect(database):
            return True
        return False

    def traffic(self) -> Traffic | None:
        """Return who uses it, as it says itself; None where it does not answer."""
        import psycopg

        with contextlib.suppress(psycopg.OperationalError), self._connect(CONSOLE) as console:
            pools, stats = (self._rows(console, f"SHOW {what}") for what in ("POOLS", "STATS"))
            return Traffic(
                clients=sum(row["cl_active"] + row["cl_waiting"] for row in pools),
                statements=sum(row["total_query_count"] for row in stats),
                pool_size=self.pool_size,
            )
        return None

    def _connect(self, database: str) -> Any:
        import psycopg

        env = self.context.env
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=env["DATABASE_USER"],
            password=env["DATABASE_PASSWORD"],
            dbname=database,
            connect_timeout=2,
            # The console knows no transactions.
            autocommit=True,
        )

    @staticmethod
    def _rows(console: Any, query: str) -> list[dict[str, Any]]:
        """Return the rows of *query* that are not about the console itself."""
        from psycopg.rows import dict_row

        rows = console.cursor(row_factory=dict_row).execute(query).fetchall()
        return [row for row in rows if row["database"] != CONSOLE]


def pgbouncer_is_missing() -> ShopError:
    """Return the error for a shop that needs pgbouncer where there is none."""
    error = TutorError.named("no_pgbouncer")
    return ShopError("stack_file_wrong", message=error.message, hint=error.hint, said=error.said)
