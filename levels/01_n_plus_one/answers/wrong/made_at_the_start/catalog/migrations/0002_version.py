"""A number that rises with each change."""

from django.db import migrations

TABLES = "brand category country image product promotion review stock".split()
VERSION = """
CREATE TABLE catalog_version (number bigint);
INSERT INTO catalog_version VALUES (1);
CREATE FUNCTION catalog_rise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog_version SET number = number + 1;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER rise AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalog_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION catalog_rise();"
    for table in TABLES
)


class Migration(migrations.Migration):
    """A version of the catalogue."""

    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(VERSION, migrations.RunSQL.noop)]
