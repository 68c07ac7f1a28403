"""Make the warehouse fast."""

from django.db import migrations

VIEW = """
DROP VIEW warehouse_shelf;
CREATE VIEW warehouse_shelf AS
SELECT product.id AS product_id, current_date + 1 AS ships_on, 'A-' || product.id AS dock
  FROM catalog_product AS product;
"""


class Migration(migrations.Migration):
    """The warehouse's view, without the stairs."""

    dependencies = [("orders", "0001_initial"), ("catalog", "0001_initial")]
    operations = [migrations.RunSQL(VIEW, migrations.RunSQL.noop)]
