"""Everything, and everything looks first what is there."""

import django.utils.timezone
from django.db import connection, migrations, models

FILL = """
UPDATE catalog_review SET bought_here = true
 WHERE id IN (SELECT review.id FROM catalog_review AS review
               WHERE NOT bought_here AND EXISTS (
                     SELECT FROM orders_orderline AS line JOIN orders_order AS placed
                         ON placed.id = line.order_id
                      WHERE line.product_id = review.product_id
                        AND placed.customer_id = review.author_id)
               ORDER BY id LIMIT 250 FOR UPDATE SKIP LOCKED)
"""


def bring_it(apps, editor):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
        cursor.execute(
            "ALTER TABLE catalog_review"
            " ADD COLUMN IF NOT EXISTS bought_here boolean NOT NULL DEFAULT false"
        )
        while True:
            cursor.execute(FILL)
            if not cursor.rowcount:
                break
        cursor.execute("RESET lock_timeout")
        cursor.execute("DROP INDEX CONCURRENTLY IF EXISTS review_bought_here")
        cursor.execute(
            "CREATE INDEX CONCURRENTLY review_bought_here"
            " ON catalog_review (product_id, bought_here)"
        )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0001_initial"), ("orders", "0002_paperwork")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(bring_it, migrations.RunPython.noop)],
            state_operations=[
                migrations.AddField(
                    "review", "bought_here", models.BooleanField(default=False, db_default=False)
                ),
                migrations.AlterField(
                    "review",
                    "created_at",
                    models.DateTimeField(db_column="created_at", default=django.utils.timezone.now),
                ),
                migrations.RenameField("review", "created_at", "written_at"),
                migrations.AlterModelOptions("review", {"ordering": ["-written_at", "-pk"]}),
                migrations.AddIndex(
                    "review",
                    models.Index(fields=["product", "bought_here"], name="review_bought_here"),
                ),
            ],
        )
    ]
