"""A function that collects the ratings of all live products."""

from django.db import migrations

CREATE = """
CREATE FUNCTION live_ratings() RETURNS TABLE (product bigint, reviews bigint, average numeric)
LANGUAGE plpgsql AS $$
BEGIN
    FOR product IN SELECT id FROM catalog_product WHERE is_live LOOP
        SELECT count(*), avg(stars) INTO reviews, average
        FROM catalog_review WHERE product_id = product AND is_published;
        RETURN NEXT;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION live_ratings()")]
