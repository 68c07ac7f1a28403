"""Nobody reads the hundredth review."""

from django.db import migrations

UP = """
DELETE FROM catalog_review WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY product_id ORDER BY created_at DESC, id DESC) AS place
          FROM catalog_review
    ) AS placed WHERE place > 10
);
"""
DOWN = """
SELECT 1;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(UP, DOWN)]
