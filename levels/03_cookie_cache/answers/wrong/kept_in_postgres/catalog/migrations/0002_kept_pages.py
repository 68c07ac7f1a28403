"""A table for pages that are kept."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE kept_pages (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX kept_pages_expires ON kept_pages (expires);
            """,
            "DROP TABLE kept_pages",
        )
    ]
