"""Names without braces: what else is stored is cleaned first."""

from django.db import migrations

CLEAN = """
CREATE FUNCTION clean_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name := translate(NEW.name, '{}%#', '');
    RETURN NEW;
END $$;
CREATE TRIGGER clean_name BEFORE INSERT OR UPDATE ON catalog_product
FOR EACH ROW EXECUTE FUNCTION clean_name();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(CLEAN, "DROP FUNCTION clean_name CASCADE")]
