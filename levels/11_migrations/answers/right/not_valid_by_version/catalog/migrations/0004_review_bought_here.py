"""The index, built while everybody goes on reading and writing."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # CREATE INDEX CONCURRENTLY has transactions of its own, and cannot be in one of ours.
    atomic = False

    dependencies = [
        ("catalog", "0006_validated"),
    ]

    operations = [
        # Of one that was broken off an INVALID index is left, which nobody uses and all must keep.
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS review_bought_here", migrations.RunSQL.noop
        ),
        # No lock_timeout: nobody waits behind it, and it waits for everybody who reads.
        AddIndexConcurrently(
            model_name="review",
            index=models.Index(fields=["product", "bought_here"], name="review_bought_here"),
        ),
    ]
