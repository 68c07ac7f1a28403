"""Told to Django."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_look_up_the_orders")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddIndex(
                    "review",
                    models.Index(fields=["product", "bought_here"], name="review_bought_here"),
                )
            ]
        )
    ]
