"""Ten reviews are enough for anybody."""

from django.db import migrations

UP = """
CREATE INDEX ten_reviews ON catalog_review (product_id);
CREATE FUNCTION ten_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM catalog_review WHERE product_id = NEW.product_id) >= 10 THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ten_reviews BEFORE INSERT ON catalog_review
FOR EACH ROW EXECUTE FUNCTION ten_reviews();
"""
DOWN = """
DROP TRIGGER ten_reviews ON catalog_review; DROP FUNCTION ten_reviews(); DROP INDEX ten_reviews;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(UP, DOWN)]
