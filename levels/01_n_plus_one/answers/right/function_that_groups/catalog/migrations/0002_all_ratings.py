"""A function that knows the rating of each product."""

from django.db import migrations

CREATE = """
CREATE FUNCTION all_ratings() RETURNS TABLE (product bigint, reviews bigint, average numeric)
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT product_id, count(*), avg(stars) FROM catalog_review
     WHERE is_published GROUP BY product_id;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION all_ratings()")]
