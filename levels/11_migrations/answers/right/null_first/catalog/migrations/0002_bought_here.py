"""The column, which may be null for now; what nobody gives a value gets one."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField("review", "bought_here", models.BooleanField(null=True)),
        migrations.AlterField(
            "review", "bought_here", models.BooleanField(null=True, db_default=False)
        ),
        migrations.AlterField(
            "review",
            "created_at",
            models.DateTimeField(db_column="created_at", default=django.utils.timezone.now),
        ),
        migrations.RenameField("review", "created_at", "written_at"),
        migrations.AlterModelOptions("review", {"ordering": ["-written_at", "-pk"]}),
    ]
