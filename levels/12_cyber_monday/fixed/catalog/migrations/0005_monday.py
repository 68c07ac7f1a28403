"""A tick at each promotion, which PostgreSQL sets for whoever does not know it yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_review_bought_here"),
    ]

    operations = [
        # Seven rows, and every page reads them: whoever waits for this table has the shop behind it.
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="promotion",
            name="is_monday",
            field=models.BooleanField(
                default=False, db_default=False, verbose_name="on the Cyber Monday page"
            ),
        ),
    ]
