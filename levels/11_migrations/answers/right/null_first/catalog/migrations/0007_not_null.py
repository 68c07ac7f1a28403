"""PostgreSQL believes the constraint, and reads nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_validate")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AlterField(
            "review", "bought_here", models.BooleanField(default=False, db_default=False)
        ),
        migrations.RemoveConstraint("review", "review_says_where"),
    ]
