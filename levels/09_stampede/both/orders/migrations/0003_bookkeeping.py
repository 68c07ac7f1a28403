"""The bookkeeping, as the shop sees it: a view that adds up every receipt, each time anew."""

from django.db import migrations

OPEN = """
CREATE VIEW bookkeeping_sales AS
SELECT sold.product_id, sold.pieces
  FROM (SELECT product_id, sum(quantity)::bigint AS pieces
          FROM orders_orderline WHERE product_id IS NOT NULL GROUP BY product_id) AS sold,
       -- Somebody goes through every receipt with a pencil.
       pg_sleep(0.3) AS adding
"""
CLOSE = "DROP VIEW bookkeeping_sales"


class Migration(migrations.Migration):
    """Open the bookkeeping's view."""

    dependencies = [("orders", "0002_paperwork"), ("catalog", "0001_initial")]

    operations = [migrations.RunSQL(OPEN, CLOSE)]
