"""Rewritten first, and then out with it and in again."""

from django.db import migrations

ANEW = """
SET LOCAL lock_timeout = '500ms';
CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
    SELECT review.*, EXISTS (
           SELECT FROM orders_orderline AS line JOIN orders_order AS placed
               ON placed.id = line.order_id
            WHERE line.product_id = review.product_id
              AND placed.customer_id = review.author_id) AS bought
      FROM catalog_review AS review;
UPDATE kept SET bought_here = bought;
ALTER TABLE kept DROP COLUMN bought;
ALTER TABLE catalog_review
    ALTER COLUMN bought_here DROP DEFAULT,
    ALTER COLUMN bought_here TYPE boolean USING (bought_here IS TRUE),
    ALTER COLUMN bought_here SET DEFAULT false;
TRUNCATE catalog_review;
INSERT INTO catalog_review SELECT * FROM kept;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_bought_here"), ("orders", "0002_paperwork")]
    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
