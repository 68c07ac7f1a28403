"""Five hundred numbers at a time, and a COMMIT after each."""

from django.db import migrations

BACKFILL = """
DO $$
DECLARE
    first bigint;
BEGIN
    FOR first IN SELECT generate_series(0, max(id), 500) FROM catalog_review LOOP
        UPDATE catalog_review AS review SET bought_here = true
         WHERE review.id > first AND review.id <= first + 500 AND EXISTS (
               SELECT FROM orders_orderline AS line JOIN orders_order AS placed
                   ON placed.id = line.order_id
                WHERE line.product_id = review.product_id
                  AND placed.customer_id = review.author_id);
        COMMIT;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0002_bought_here"), ("orders", "0002_paperwork")]
    operations = [migrations.RunSQL([(BACKFILL, None)], migrations.RunSQL.noop)]
