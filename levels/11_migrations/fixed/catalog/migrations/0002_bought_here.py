"""Expand: a column that old code need not know, and a name that only Python knows."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
    ]

    operations = [
        # Adding a column takes no time; waiting for somebody to leave the table does, and behind
        # us the shop would wait as well. Rather give up, and be run again.
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="review",
            name="bought_here",
            field=models.BooleanField(default=False, db_default=False),
        ),
        # Both without a statement: the column stays what it was.
        migrations.AlterField(
            model_name="review",
            name="created_at",
            field=models.DateTimeField(db_column="created_at", default=django.utils.timezone.now),
        ),
        migrations.RenameField(
            model_name="review",
            old_name="created_at",
            new_name="written_at",
        ),
        migrations.AlterModelOptions(
            name="review",
            options={"ordering": ["-written_at", "-pk"]},
        ),
    ]
