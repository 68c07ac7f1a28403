"""What was bought here, and when it was written; a few hundred at a time."""

from django.db import migrations

BACKFILL = """
UPDATE catalog_review AS review
   SET written_at = created_at,
       bought_here = EXISTS (
           SELECT FROM orders_orderline AS line JOIN orders_order AS placed
               ON placed.id = line.order_id
            WHERE line.product_id = review.product_id
              AND placed.customer_id = review.author_id)
 WHERE id > %s AND id <= %s
"""


def fill(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM catalog_review")
        (last,) = cursor.fetchone()
        for first in range(0, last, 400):
            cursor.execute(BACKFILL, [first, first + 400])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0002_bought_here"), ("orders", "0002_paperwork")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
