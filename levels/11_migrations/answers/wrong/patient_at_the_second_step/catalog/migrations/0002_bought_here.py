"""Column, then default, then NOT NULL: each in a transaction of its own."""

import django.utils.timezone
from django.db import migrations, models

ADD = """
BEGIN;
SET LOCAL lock_timeout = '500ms';
ALTER TABLE catalog_review ADD COLUMN IF NOT EXISTS bought_here boolean DEFAULT false;
COMMIT;
"""
FORBID = "ALTER TABLE catalog_review ALTER COLUMN bought_here SET NOT NULL"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(ADD, migrations.RunSQL.noop),
                migrations.RunSQL(FORBID, migrations.RunSQL.noop),
            ],
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
