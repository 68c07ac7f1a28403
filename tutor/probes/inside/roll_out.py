"""``manage.py migrate``, run in the shop's folder, except that each migration waits for its turn.

Before each it asks for an advisory lock that whoever watches holds, under a name that says which
migration it is. Afterwards it prints which models the code has now, and what ``makemigrations``
would still write.
"""

import json
import os
import sys
from io import StringIO

import psycopg

sys.path.insert(0, "")
sys.argv[:] = ["manage.py", "migrate", "--noinput"]
turns = iter(range(int(os.environ.pop("LEVELUP_TURN")), 10**6))
gate = psycopg.connect(
    host=os.environ["DATABASE_HOST"],
    port=os.environ["DATABASE_PORT"],
    user=os.environ["DATABASE_USER"],
    password=os.environ["DATABASE_PASSWORD"],
    dbname=os.environ["DATABASE_NAME"],
    autocommit=True,
    # Whatever the shop's role was told: this session waits as long as it takes.
    options="-c lock_timeout=0 -c statement_timeout=0 -c idle_session_timeout=0",
)

from django.db.migrations import executor  # noqa: E402

apply = executor.MigrationExecutor.apply_migration


def in_turn(self, state, migration, *args, **options):
    """Apply *migration* once the gate is open for it."""
    turn = next(turns)
    called = f"turn {turn} {migration}"
    gate.execute("SELECT set_config('application_name', %s, false)", [called])
    gate.execute("SELECT pg_advisory_lock_shared(%s, %s)", [int(os.environ["LEVELUP_GATE"]), turn])
    return apply(self, state, migration, *args, **options)


executor.MigrationExecutor.apply_migration = in_turn

from django.apps import apps  # noqa: E402
from django.core.management import call_command, execute_from_command_line  # noqa: E402

try:
    execute_from_command_line(sys.argv)
except SystemExit as end:
    # A command of the shop's own may say so itself that it is through.
    if end.code:
        raise

unmade = StringIO()
try:
    call_command("makemigrations", check=True, dry_run=True, interactive=False, stdout=unmade)
    unmade = StringIO()
except SystemExit:
    # It found something, and has said what.
    pass
models = {
    model._meta.db_table: {f.name: [f.column, f.null] for f in model._meta.concrete_fields}
    for model in apps.get_models()
}
told = json.dumps({"unmade": unmade.getvalue(), "models": models})
sys.stdout.write(f"\nlevelup-models {told}\n")
sys.stdout.flush()
