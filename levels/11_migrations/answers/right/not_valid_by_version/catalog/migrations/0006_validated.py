"""What is there is fine too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_not_null")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE catalog_review VALIDATE CONSTRAINT review_says_where",
            migrations.RunSQL.noop,
        ),
    ]
