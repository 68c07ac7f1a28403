"""``manage.py migrate``, run in the shop's folder, where each migration waits for its turn.

Afterwards it prints which models the code has now, what ``makemigrations`` would still write, and
what is not applied.
"""

import json
import runpy
import sys
from io import StringIO

sys.path.insert(0, "")
sys.argv[:] = ["manage.py", "migrate", "--noinput"]

try:
    # As whoever deploys does: what manage.py says of patience counts.
    runpy.run_path("manage.py", run_name="__main__")
except SystemExit as end:
    # A command of the shop's own may say so itself that it is through.
    if end.code:
        raise

from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

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
indexes = {
    model._meta.db_table: [
        [model._meta.get_field(name).column for name, _ in index.fields_orders]
        for index in model._meta.indexes
    ]
    for model in apps.get_models()
}
executor = MigrationExecutor(connection)
plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
told = json.dumps(
    {
        "unmade": unmade.getvalue(),
        "models": models,
        "indexes": indexes,
        "unapplied": [str(migration) for migration, _ in plan],
    }
)
sys.stdout.write(f"\nlevelup-models {told}\n")
sys.stdout.flush()
