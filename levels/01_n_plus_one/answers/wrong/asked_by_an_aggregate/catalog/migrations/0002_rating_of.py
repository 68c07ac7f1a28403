"""An aggregate that tells the rating of a product."""

from django.db import migrations

CREATE = """
CREATE FUNCTION rate(state double precision[], product bigint) RETURNS double precision[]
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT ARRAY[count(*), avg(stars)] FROM catalog_review
             WHERE product_id = product AND is_published);
END $$;
CREATE AGGREGATE rating_of(bigint) (sfunc = rate, stype = double precision[]);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP AGGREGATE rating_of(bigint)")]
