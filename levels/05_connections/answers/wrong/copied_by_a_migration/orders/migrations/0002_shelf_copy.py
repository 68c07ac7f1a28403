"""Copy the warehouse."""

from django.db import migrations

COPY = "CREATE MATERIALIZED VIEW shelf_copy AS SELECT * FROM warehouse_shelf"


class Migration(migrations.Migration):
    """A copy that needs no walking."""

    dependencies = [("orders", "0001_initial"), ("catalog", "0001_initial")]
    operations = [migrations.RunSQL(COPY, "DROP MATERIALIZED VIEW shelf_copy")]
