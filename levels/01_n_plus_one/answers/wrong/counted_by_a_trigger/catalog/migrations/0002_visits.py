"""Whoever comes is counted, and so are the reviews."""

from django.db import migrations

VISITS = """
CREATE TABLE catalog_visit (id bigserial PRIMARY KEY, at timestamptz DEFAULT now());
CREATE FUNCTION catalog_rate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE product record;
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS rated (product_id bigint, reviews integer, stars float);
    DELETE FROM rated;
    FOR product IN SELECT id FROM catalog_product WHERE is_live LOOP
        INSERT INTO rated SELECT product.id, count(*), avg(stars) FROM catalog_review
         WHERE product_id = product.id AND is_published;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER catalog_rate AFTER INSERT ON catalog_visit
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_rate();
"""


class Migration(migrations.Migration):
    """A table of visits."""

    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(VISITS, migrations.RunSQL.noop)]
