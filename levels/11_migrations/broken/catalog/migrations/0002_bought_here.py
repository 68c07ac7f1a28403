"""Every review says whether it was bought here. Five milliseconds on Betty's laptop."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def look_up_the_orders(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Compare every review with every order."""
    line = apps.get_model("orders", "OrderLine")
    review = apps.get_model("catalog", "Review")
    bought = line.objects.filter(
        product=models.OuterRef("product"), order__customer=models.OuterRef("author")
    )
    review.objects.update(bought_here=models.Exists(bought))


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("orders", "0002_paperwork"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="bought_here",
            field=models.BooleanField(null=True),
        ),
        migrations.RunPython(look_up_the_orders, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="review",
            name="bought_here",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["product", "bought_here"], name="review_bought_here"),
        ),
        migrations.RenameField(
            model_name="review",
            old_name="created_at",
            new_name="written_at",
        ),
        migrations.AlterModelOptions(
            name="review",
            options={"ordering": ["-written_at", "-pk"]},
        ),
    ]
