"""A tick at each promotion, and the first ones set. There are seven of them."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def tick(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put what is cut by 30 % or more on the page."""
    promotions = apps.get_model("catalog", "Promotion").objects
    promotions.filter(percent__gte=30).update(is_monday=True)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_review_bought_here"),
    ]

    operations = [
        migrations.AddField(
            model_name="promotion",
            name="is_monday",
            field=models.BooleanField(default=False, verbose_name="on the Cyber Monday page"),
        ),
        migrations.RunPython(tick, migrations.RunPython.noop, elidable=True),
    ]
