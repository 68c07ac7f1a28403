"""The table of a cache, as ``createcachetable`` makes it."""

from django.db import migrations

MAKE = """
CREATE TABLE shelf_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX shelf_cache_expires ON shelf_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, "DROP TABLE shelf_cache")]
