"""The first ticks: rows only, in a transaction that holds no table."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def tick(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put what is cut by 30 % or more on the page."""
    promotions = apps.get_model("catalog", "Promotion").objects
    promotions.filter(percent__gte=30).update(is_monday=True)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_monday"),
    ]

    operations = [
        migrations.RunPython(tick, migrations.RunPython.noop, elidable=True),
    ]
