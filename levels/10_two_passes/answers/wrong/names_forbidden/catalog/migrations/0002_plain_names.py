"""Names without braces: who writes others is told so by the database."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(condition=~Q(name__regex="[{}]"), name="plain_name"),
        )
    ]
