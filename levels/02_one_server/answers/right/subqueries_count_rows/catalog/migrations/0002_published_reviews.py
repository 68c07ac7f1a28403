"""What the rating of a product needs, in one index."""

from django.db import migrations

UP = """
CREATE INDEX published_reviews ON catalog_review (product_id, stars) WHERE is_published;
"""
DOWN = """
DROP INDEX published_reviews;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(UP, DOWN)]
