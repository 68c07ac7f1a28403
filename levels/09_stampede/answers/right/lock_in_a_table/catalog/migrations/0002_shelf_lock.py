"""One row: until when somebody computes the shelf."""

from django.db import migrations

MAKE = """
CREATE TABLE shelf_lock (ends timestamptz NOT NULL);
INSERT INTO shelf_lock VALUES ('-infinity');
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, "DROP TABLE shelf_lock")]
