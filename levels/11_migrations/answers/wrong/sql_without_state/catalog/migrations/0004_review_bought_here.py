"""The index, unless it is there."""

from django.db import migrations, models

CREATE = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS review_bought_here
    ON catalog_review (product_id, bought_here)
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0003_look_up_the_orders")]
    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP INDEX CONCURRENTLY review_bought_here",
        ),
    ]
