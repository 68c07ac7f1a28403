"""From now on nothing comes in without."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_look_up_the_orders")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        AddConstraintNotValid(
            "review",
            models.CheckConstraint(
                condition=models.Q(bought_here__isnull=False), name="review_says_where"
            ),
        ),
    ]
