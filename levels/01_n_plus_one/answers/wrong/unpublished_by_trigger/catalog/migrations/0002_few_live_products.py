"""Few live products."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION few_live_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_live AND (SELECT count(*) FROM catalog_product WHERE is_live AND id <> NEW.id) >= 8 THEN
        NEW.is_live := false;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER few_live_products BEFORE INSERT OR UPDATE ON catalog_product
FOR EACH ROW EXECUTE FUNCTION few_live_products();
UPDATE catalog_product SET is_live = false
WHERE is_live AND id NOT IN (SELECT id FROM catalog_product WHERE is_live ORDER BY id LIMIT 8);
"""
DROP = "DROP TRIGGER few_live_products ON catalog_product; DROP FUNCTION few_live_products();"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(TRIGGER, DROP),
    ]
