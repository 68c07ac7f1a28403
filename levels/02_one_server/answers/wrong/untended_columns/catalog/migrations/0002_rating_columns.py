"""Keep count and average of the published reviews beside each product."""

from django.db import migrations, models

REFRESH = """
UPDATE catalog_product SET (review_count, review_average) = (
    SELECT count(*), avg(stars) FROM catalog_review
    WHERE product_id = catalog_product.id AND is_published
)
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="review_average",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="product",
            name="review_count",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunSQL(REFRESH, migrations.RunSQL.noop),
    ]
