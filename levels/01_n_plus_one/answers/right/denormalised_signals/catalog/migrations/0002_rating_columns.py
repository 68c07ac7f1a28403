"""Keep count and average of the published reviews beside each product."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Avg, Count


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Work out the rating of every product that has published reviews."""
    product_model = apps.get_model("catalog", "Product")
    reviews = apps.get_model("catalog", "Review").objects.filter(is_published=True)
    rows = reviews.order_by().values("product").annotate(n=Count("pk"), mean=Avg("stars"))
    for row in rows:
        product_model.objects.filter(pk=row["product"]).update(
            review_count=row["n"], review_average=row["mean"]
        )


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
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
