"""The ratings as a view that is kept, and refreshed with each review."""

from django.db import migrations

TALLY = """
CREATE MATERIALIZED VIEW catalog_tally AS
SELECT product_id, count(*) AS count, avg(stars)::float AS average
  FROM catalog_review WHERE is_published GROUP BY product_id;
CREATE UNIQUE INDEX ON catalog_tally (product_id);
CREATE FUNCTION catalog_refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    REFRESH MATERIALIZED VIEW catalog_tally;
    RETURN NULL;
END $$;
CREATE TRIGGER refresh AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalog_review
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_refresh();
"""


class Migration(migrations.Migration):
    """A view of the ratings."""

    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(TALLY, migrations.RunSQL.noop)]
