"""Ask, and go away at once; come back until the answer is yes."""

import time

import django.utils.timezone
from django.db import OperationalError, connection, migrations, models, transaction

ADD = "ALTER TABLE catalog_review ADD COLUMN bought_here boolean NOT NULL DEFAULT false"


def knock(apps, editor):
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK TABLE catalog_review IN ACCESS EXCLUSIVE MODE NOWAIT")
                cursor.execute(ADD)
            return
        except OperationalError:
            time.sleep(0.2)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(knock, migrations.RunPython.noop)],
            state_operations=[
                migrations.AddField(
                    "review", "bought_here", models.BooleanField(default=False, db_default=False)
                ),
                migrations.AlterField(
                    "review",
                    "created_at",
                    models.DateTimeField(db_column="created_at", default=django.utils.timezone.now),
                ),
                migrations.RenameField("review", "created_at", "written_at"),
                migrations.AlterModelOptions("review", {"ordering": ["-written_at", "-pk"]}),
            ],
        )
    ]
