"""A tick at each promotion: a constant default is a note in the catalogue, and no row is written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_review_bought_here"),
    ]

    operations = [
        migrations.RunSQL(
            "SET LOCAL lock_timeout = '1s';"
            " ALTER TABLE catalog_promotion ADD COLUMN is_monday boolean NOT NULL DEFAULT false",
            "ALTER TABLE catalog_promotion DROP COLUMN is_monday",
            state_operations=[
                migrations.AddField(
                    model_name="promotion",
                    name="is_monday",
                    field=models.BooleanField(
                        default=False, db_default=False, verbose_name="on the Cyber Monday page"
                    ),
                ),
            ],
        ),
    ]
