"""Fewer products."""

from django.db import migrations


def take_off(apps, schema_editor):
    Product = apps.get_model("catalog", "Product")
    live = Product.objects.filter(is_live=True).order_by("pk")
    Product.objects.filter(is_live=True).exclude(
        pk__in=list(live.values_list("pk", flat=True)[:8])
    ).update(is_live=False)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunPython(take_off, migrations.RunPython.noop),
    ]
