"""pgbouncer: a few connections to PostgreSQL, shared by many clients."""

import contextlib

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


class Pgbouncer(ShopService):
    """One pgbouncer in front of PostgreSQL."""

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
                pool_mode=settings.get("pool_mode", "transaction"),
                pool_size=settings.get("pool_size", 10),
                max_clients=settings.get("max_clients", 200),
            ),
        )
        return self.run(find_program("pgbouncer"), str(config), unprivileged=True)

    def is_ready(self) -> bool:
        """Return whether the shop's role gets through to its database."""
        import psycopg

        env = self.context.env
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                user=env["DATABASE_USER"],
                password=env["DATABASE_PASSWORD"],
                dbname=env["DATABASE_NAME"],
                connect_timeout=2,
            ),
        ):
            return True
        return False


def pgbouncer_is_missing() -> ShopError:
    """Return the error for a shop that needs pgbouncer where there is none."""
    error = TutorError.named("no_pgbouncer")
    return ShopError("stack_file_wrong", message=error.message, hint=error.hint, said=error.said)
