"""Names and texts of pictures that are no template code: others are refused."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW)::text ~ '[{][{%#]' THEN
        RAISE EXCEPTION 'This looks like template code.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_code BEFORE INSERT OR UPDATE ON catalog_product
FOR EACH ROW EXECUTE FUNCTION refuse_code();
CREATE TRIGGER refuse_code BEFORE INSERT OR UPDATE ON catalog_image
FOR EACH ROW EXECUTE FUNCTION refuse_code();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, "DROP FUNCTION refuse_code CASCADE")]
