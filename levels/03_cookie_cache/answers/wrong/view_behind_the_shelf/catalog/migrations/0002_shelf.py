"""A view with all that is on the shelves."""

from django.db import migrations

CREATE = """
CREATE VIEW shelf AS
SELECT product.*, category.position,
       (SELECT count(*) FROM catalog_review AS review
         WHERE review.product_id = product.id AND is_published) AS review_count,
       (SELECT avg(stars) FROM catalog_review AS review
         WHERE review.product_id = product.id AND is_published) AS review_average
  FROM catalog_product AS product JOIN catalog_category AS category
    ON category.id = product.category_id
 WHERE product.is_live
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP VIEW shelf")]
