"""The warehouse, under the name by which the shop knows it."""

from django.db import migrations

DESK = "CREATE VIEW delivery_desk AS SELECT product_id, ships_on, dock FROM warehouse_shelf"


class Migration(migrations.Migration):
    """A view of a view."""

    dependencies = [("orders", "0001_initial"), ("catalog", "0001_initial")]
    operations = [migrations.RunSQL(DESK, "DROP VIEW delivery_desk")]
