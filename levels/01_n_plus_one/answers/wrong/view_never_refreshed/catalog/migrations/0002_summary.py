"""Summary."""

from django.db import migrations
from django.db import models

VIEW = """
CREATE MATERIALIZED VIEW catalog_summary AS
SELECT product.id AS product_id,
       count(review.id) AS count,
       avg(review.stars)::float AS average
  FROM catalog_product AS product
  LEFT JOIN catalog_review AS review ON review.product_id = product.id AND review.is_published
 GROUP BY product.id
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(VIEW, "DROP MATERIALIZED VIEW catalog_summary"),
        migrations.CreateModel(
            name="Summary",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        on_delete=models.DO_NOTHING,
                        primary_key=True,
                        related_name="summary",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                ("count", models.IntegerField()),
                ("average", models.FloatField(null=True)),
            ],
            options={"db_table": "catalog_summary", "managed": False},
        ),
    ]
