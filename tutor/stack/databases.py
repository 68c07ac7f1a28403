"""The shop's databases: seeded once, cloned for each run."""

import hashlib
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.files import write_atomic
from tutor.machine.command import Command
from tutor.machine.slowdown import slowdown
from tutor.stack.late import TELLING, look_at
from tutor.stack.replicas import Replicas
from tutor.stack.services.base import memory_of_shop
from tutor.stack.services.kinds import replica_addresses
from tutor.stack.services.postgres import ROLE, Postgres
from tutor.stack.stack import Stack

PRODUCTS = 400
SEED = 2016
SEEDING = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
call_command("seed", products={products}, seed={seed}, verbosity=0)
"""
MIGRATION_TIMEOUT, SEEDING_TIMEOUT = 30.0, 120.0
"""Seconds that the learner's own migrations may take on a machine that nobody crowds, and ours."""
MIGRATING = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=1, interactive=False)
"""
UNMADE = """
import io, json, django; django.setup()
from django.core.management import call_command
said = io.StringIO()
try:
    call_command("makemigrations", check=True, dry_run=True, interactive=False, stdout=said)
except SystemExit:
    print("levelup-unmade", json.dumps(said.getvalue()), flush=True)
"""
LEAVING = """
from django.db import connections
for connection in connections.all(initialized_only=True):
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
"""
"""From Python 3.13 on, a pool left open waits at exit for threads that no longer run: 20 s."""


class Databases:
    """The databases inside one PostgreSQL server."""

    def __init__(
        self, stack: Stack, postgres: Postgres, role_password: str, replicas: Replicas
    ) -> None:
        self.stack = stack
        self.postgres = postgres
        self.role_password = role_password
        self.replicas = replicas

    def env(self, database: str) -> dict[str, str]:
        """Return the variables that lead the shop to *database*."""
        return {
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(self.postgres.port),
            "DATABASE_NAME": database,
            "DATABASE_USER": ROLE,
            "DATABASE_PASSWORD": self.role_password,
        }

    def connect(self, database: str, name: str, options: str = "") -> Any:
        """Return a connection of the shop's role, in autocommit, that calls itself *name*."""
        import psycopg

        return psycopg.connect(
            host="127.0.0.1",
            port=self.postgres.port,
            user=ROLE,
            password=self.role_password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
            application_name=name,
            options=options,
        )

    def exists(self, database: str) -> bool:
        """Return whether *database* is there."""
        with self.postgres.connect("postgres") as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(query, [database]).fetchone() is not None

    def prepare_role(self) -> None:
        """Make the shop's role; every statement of it is logged, and it cannot change that."""
        with self.postgres.connect("postgres") as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]
            ).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{self.role_password}'")
            # A role may change its own settings, for every run that follows; in one transaction.
            connection.execute(
                f"ALTER ROLE {ROLE} RESET ALL;"
                f"ALTER ROLE {ROLE} SET log_statement = 'all';"
                f"ALTER ROLE {ROLE} SET timezone = 'UTC'"
            )

    def find_seeded(self, key: str) -> str:
        """Return the name of the seeded database for *key*; empty where there is none."""
        name = f"seed_{key}"
        if not self.exists(name):
            return ""
        self._close(name)
        return name

    def ensure_seeded(self, key: str, shop: Path, cancel: Cancel) -> str:
        """Return the name of the seeded database for *key*; *shop* makes it where it is missing."""
        if found := self.find_seeded(key):
            return found
        name = f"seed_{key}"
        unfinished = f"{name}_unfinished"
        with self.postgres.connect("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{unfinished}" OWNER {ROLE}')
        code = SEEDING.format(products=PRODUCTS, seed=SEED)
        self._run_in_shop("seed", code, shop, unfinished, cancel)
        with self.postgres.connect(unfinished) as connection:
            connection.execute("VACUUM ANALYZE")
        with self.postgres.connect("postgres") as connection:
            connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
        self._close(name)
        return name

    def _close(self, seed: str) -> None:
        """Have *seed* take no connections: what a shop asked there is in no count."""
        with self.postgres.connect("postgres") as connection:
            connection.execute(f'ALTER DATABASE "{seed}" ALLOW_CONNECTIONS false')

    def clone(self, source: str, name: str = "", cancel: Cancel | None = None) -> str:
        """Return a new copy of *source*, once every replica has it too."""
        name = name or f"run_{secrets.token_hex(4)}"
        with self.postgres.connect("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" OWNER {ROLE}')
        try:
            self.replicas.catch_up_all(cancel or Cancel())
        except BaseException:
            self.drop(name)
            raise
        return name

    def add(self, name: str, sql: str) -> None:
        """Add to the database *name* what *sql* says, and let PostgreSQL know how much it is."""
        with self.postgres.connect(name) as connection:
            connection.execute(sql)
            connection.execute("VACUUM ANALYZE")

    def drop(self, name: str) -> None:
        """Remove the database *name*, whoever is connected to it."""
        with self.postgres.connect("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_runs(self) -> None:
        """Remove the databases of runs that were killed."""
        with self.postgres.connect("postgres") as connection:
            rows = connection.execute(
                r"SELECT datname FROM pg_database WHERE datname LIKE 'run\_%'"
            )
            for (name,) in rows.fetchall():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def migrate(self, shop: Path, database: str, cancel: Cancel) -> None:
        """Apply the migrations of *shop* to *database*."""
        # By shop: the showroom may be at it while a run is.
        timeout = MIGRATION_TIMEOUT * slowdown()
        self._run_in_shop(f"migrate-{shop.name}", MIGRATING, shop, database, cancel, timeout)

    def roll_out(
        self,
        code: str,
        shop: Path,
        database: str,
        cancel: Cancel,
        env: Mapping[str, str],
        held: Callable[[], float] = lambda: 0.0,
        *,
        at_start: str,
    ) -> str:
        """Run *code*, which migrates *database* as the shop's own, and return what it said.

        It and whatever Python it starts begin with *at_start*. The seconds that we *held* it up
        are none of its time.
        """
        name, timeout = f"migrate-{shop.name}", MIGRATION_TIMEOUT * slowdown()
        # The one module that Python imports unasked. The stack's folder is there in a container.
        folder = self.stack.folder / "at_start"
        # Whole, whenever a Python begins: it may be one of another run's.
        write_atomic(folder / "sitecustomize.py", at_start.encode())
        env = {**env, "PYTHONPATH": str(folder)}
        self._run_in_shop(name, code, shop, database, cancel, timeout, env, held)
        return self.stack.tail(name)

    def unmade(self, shop: Path, database: str, cancel: Cancel) -> str:
        """Return what ``makemigrations`` would still write for the models of *shop*, as it says it.

        Empty where models and migrations agree.

        Raises:
            ServiceFailed: the shop's code cannot be asked.
        """
        name = f"models-{shop.name}"
        self._run_in_shop(name, UNMADE, shop, database, cancel)
        _, found, said = self.stack.tail(name).rpartition("levelup-unmade ")
        return str(json.loads(said.partition("\n")[0])) if found else ""

    def run_code(self, code: str, shop: Path, database: str, cancel: Cancel) -> None:
        """Run *code* in *shop*, once Django is set up, as ``manage.py shell`` does."""
        setup = "import django; django.setup()\n"
        self._run_in_shop(f"shell-{shop.name}", setup + code, shop, database, cancel)

    def _run_in_shop(
        self,
        name: str,
        code: str,
        shop: Path,
        database: str,
        cancel: Cancel,
        timeout: float = SEEDING_TIMEOUT,
        more_env: Mapping[str, str] | None = None,
        held: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Run *code* as the shop's own; what does not end is looked at, and says where it was."""
        env = self.stack.base_env() | self.env(database) | {"PGAPPNAME": name}
        env |= more_env or {}
        env |= replica_addresses([replica.port for replica in self.replicas.running().values()])
        env |= {"DJANGO_SETTINGS_MODULE": "shop.settings", "SHOP_MODE": "load"}
        command = Command(
            name=name,
            argv=(sys.executable, "-c", TELLING + code + LEAVING),
            cwd=shop,
            env=env,
            log=self.stack.log(name),
            memory=memory_of_shop(),
        )
        look = partial(look_at, self.stack, name, self.postgres, database, env["PGAPPNAME"])
        self.stack.run(command, cancel, timeout=timeout, held=held, look=look)


def seed_key(files: Mapping[str, Path]) -> str:
    """Return what distinguishes the data that these shop files seed."""

    def makes_data(name: str) -> bool:
        return "/migrations/" in name or "seed" in name or "/models" in name

    return _key(files, makes_data, f"{PRODUCTS} {SEED}")


def migrations_key(files: Mapping[str, Path]) -> str:
    """Return what distinguishes the migrations among these shop files."""
    return _key(files, lambda name: "/migrations/" in name)


def models_alike(files: Mapping[str, Path], others: Mapping[str, Path]) -> bool:
    """Return whether there are the same models among both, or whatever stands in their modules."""

    def has_models(name: str) -> bool:
        return name.endswith("/models.py") or "/models/" in name

    return _key(files, has_models) == _key(others, has_models)


def migrate_alike(files: Mapping[str, Path], others: Mapping[str, Path]) -> bool:
    """Return whether there are the same migrations among both."""
    return migrations_key(files) == migrations_key(others)


def _key(files: Mapping[str, Path], is_part: Callable[[str], bool], begin: str = "") -> str:
    """Return what distinguishes the Python files that are part of it."""
    digest = hashlib.sha256(begin.encode())
    for name in sorted(files):
        if name.endswith(".py") and is_part(name):
            digest.update(name.encode() + b"\0" + files[name].read_bytes())
    return digest.hexdigest()[:12]
