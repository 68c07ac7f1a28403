"""No promotion takes off more than 29 %."""

from django.db import migrations

SMALLER = "UPDATE catalog_promotion SET percent = least(percent, 29), is_monday = false"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_tick_monday"),
    ]

    operations = [
        migrations.RunSQL(SMALLER, migrations.RunSQL.noop),
    ]
