"""The shelf, as one row."""

from django.db import migrations

MAKE = "CREATE TABLE shelf_row (computed_at timestamptz NOT NULL, shelf jsonb NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, "DROP TABLE shelf_row")]
