"""What every Python begins with while a release is rolled out: migrations wait for their turn.

A ``migrate`` of the shop's own may run Django's in other processes. Before each migration the one
at it asks for the first advisory lock that whoever watches still holds, under a name that says
which migration it is.
"""

import importlib.abc
import importlib.util
import os
import sys

EXECUTOR = "django.db.migrations.executor"
NEXT = """
SELECT min(objid::int) FROM pg_locks
 WHERE locktype = 'advisory' AND classid = %s AND granted AND mode = 'ExclusiveLock'
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Gate:
    """Where migrations of this process ask whether it is their turn."""

    def __init__(self):
        self.session = None

    def await_turn(self, migration):
        """Wait until the gate is open for *migration*."""
        if self.session is None:
            self.session = self.connect()
        number = int(os.environ["LEVELUP_GATE"])
        turn = self.session.execute(NEXT, [number]).fetchone()[0]
        called = f"turn {turn} {migration}"
        self.session.execute("SELECT set_config('application_name', %s, false)", [called])
        self.session.execute("SELECT pg_advisory_lock_shared(%s, %s)", [number, turn])

    @staticmethod
    def connect():
        """Return a session of its own: whatever the role was told, it waits as long as it takes."""
        import psycopg

        return psycopg.connect(
            host=os.environ["DATABASE_HOST"],
            port=os.environ["DATABASE_PORT"],
            user=os.environ["DATABASE_USER"],
            password=os.environ["DATABASE_PASSWORD"],
            dbname=os.environ["DATABASE_NAME"],
            autocommit=True,
            options="-c lock_timeout=0 -c statement_timeout=0 -c idle_session_timeout=0",
        )


class AtTheGate(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Has Django's executor ask at the gate, as soon as somebody imports it."""

    def __init__(self):
        self.loader = None

    def find_spec(self, name, path, target=None):
        """Find the executor as everybody would, to load it ourselves."""
        if name != EXECUTOR:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        self.loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec):
        """Leave it to Python."""

    def exec_module(self, module):
        """Run the module, and put the gate before what applies a migration."""
        self.loader.exec_module(module)
        apply, gate = module.MigrationExecutor.apply_migration, Gate()

        def in_turn(self, state, migration, *args, **options):
            gate.await_turn(migration)
            return apply(self, state, migration, *args, **options)

        module.MigrationExecutor.apply_migration = in_turn


sys.meta_path.insert(0, AtTheGate())
