"""An index that holds all a rating is made of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["product"],
                include=["stars"],
                condition=models.Q(is_published=True),
                name="review_published_stars",
            ),
        ),
    ]
