"""A counter of edits that PostgreSQL keeps, whoever edits, and how."""

from django.db import migrations

TABLES = ("catalog_product", "catalog_brand", "catalog_promotion")
COUNT = """
CREATE TABLE shelf_generation (edits bigint NOT NULL);
INSERT INTO shelf_generation VALUES (0);
CREATE FUNCTION count_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE shelf_generation SET edits = edits + 1;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER count_edit AFTER INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION count_edit();"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(COUNT)]
