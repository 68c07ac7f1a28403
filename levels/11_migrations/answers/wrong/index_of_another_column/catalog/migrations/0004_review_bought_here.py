"""The index, in SQL."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0003_look_up_the_orders")]
    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS review_bought_here", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY review_bought_here ON catalog_review (bought_here)",
            "DROP INDEX CONCURRENTLY review_bought_here",
            state_operations=[
                migrations.AddIndex(
                    "review",
                    models.Index(fields=["product", "bought_here"], name="review_bought_here"),
                )
            ],
        ),
    ]
