"""How many published reviews a product has, and how many stars together."""

from django.db import migrations

UP = """
CREATE TABLE catalog_tally (
    product_id bigint PRIMARY KEY,
    number bigint NOT NULL,
    stars bigint NOT NULL
);
INSERT INTO catalog_tally
SELECT product_id, count(*), sum(stars) FROM catalog_review WHERE is_published GROUP BY product_id;

CREATE FUNCTION tally_add(product bigint, pieces bigint, more bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO catalog_tally VALUES (product, pieces, more)
    ON CONFLICT (product_id) DO UPDATE
    SET number = catalog_tally.number + EXCLUDED.number, stars = catalog_tally.stars + EXCLUDED.stars;
$$;
CREATE FUNCTION tally_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_add(product_id, count(*), sum(stars)) FROM new_rows WHERE is_published GROUP BY product_id;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_add(product_id, -count(*), -sum(stars)) FROM old_rows WHERE is_published GROUP BY product_id;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_add(product_id, -count(*), -sum(stars)) FROM old_rows WHERE is_published GROUP BY product_id;
    PERFORM tally_add(product_id, count(*), sum(stars)) FROM new_rows WHERE is_published GROUP BY product_id;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_tally;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_insert AFTER INSERT ON catalog_review REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION tally_new();
CREATE TRIGGER tally_delete AFTER DELETE ON catalog_review REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION tally_old();
CREATE TRIGGER tally_update AFTER UPDATE ON catalog_review REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION tally_changed();
CREATE TRIGGER tally_truncate AFTER TRUNCATE ON catalog_review
FOR EACH STATEMENT EXECUTE FUNCTION tally_emptied();
"""
DOWN = """
DROP TABLE catalog_tally;
DROP TRIGGER tally_insert ON catalog_review;
DROP TRIGGER tally_delete ON catalog_review;
DROP TRIGGER tally_update ON catalog_review;
DROP TRIGGER tally_truncate ON catalog_review;
DROP FUNCTION tally_new();
DROP FUNCTION tally_old();
DROP FUNCTION tally_changed();
DROP FUNCTION tally_emptied();
DROP FUNCTION tally_add(bigint, bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(UP, DOWN)]
