"""Backfill: a few hundred rows at a time, each few in a transaction of their own."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 500


def look_up_the_orders(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Mark the reviews of what was bought here; those that are marked already are left alone."""
    line = apps.get_model("orders", "OrderLine")
    review = apps.get_model("catalog", "Review")
    bought = line.objects.filter(
        product=models.OuterRef("product"), order__customer=models.OuterRef("author")
    )
    missing = review.objects.filter(models.Exists(bought), bought_here=False).order_by("pk")
    while keys := list(missing.values_list("pk", flat=True)[:BATCH]):
        review.objects.filter(pk__in=keys).update(bought_here=True)


class Migration(migrations.Migration):
    # One transaction for all of it would keep every one of these rows locked until its end.
    atomic = False

    dependencies = [
        ("catalog", "0002_bought_here"),
        ("orders", "0002_paperwork"),
    ]

    operations = [
        migrations.RunPython(look_up_the_orders, migrations.RunPython.noop, elidable=True),
    ]
