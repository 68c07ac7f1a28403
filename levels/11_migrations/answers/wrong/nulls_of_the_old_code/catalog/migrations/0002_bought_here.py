"""Forbidden from now on; what is there stays as it is."""

import django.utils.timezone
from django.db import migrations, models


def forbid_null(apps, editor):
    editor.execute("SET LOCAL lock_timeout = '500ms'")
    editor.execute("ALTER TABLE catalog_review ADD COLUMN bought_here boolean")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forbid_null, migrations.RunPython.noop)],
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
