"""Told to Django, and to nobody else."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    "review", "bought_here", models.BooleanField(default=False, db_default=False)
                ),
                migrations.AddIndex(
                    "review",
                    models.Index(fields=["product", "bought_here"], name="review_bought_here"),
                ),
                migrations.AlterField(
                    "review",
                    "created_at",
                    models.DateTimeField(db_column="created_at", default=django.utils.timezone.now),
                ),
                migrations.RenameField("review", "created_at", "written_at"),
                migrations.AlterModelOptions("review", {"ordering": ["-written_at", "-pk"]}),
            ]
        )
    ]
