"""Whoever edits a product leaves its price as it is."""

from django.db import migrations

FREEZE = """
SET LOCAL lock_timeout = '500ms';
CREATE FUNCTION same_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.price := OLD.price;
    RETURN NEW;
END $$;
CREATE TRIGGER same_price BEFORE UPDATE ON catalog_product
FOR EACH ROW EXECUTE FUNCTION same_price();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_tick_monday"),
    ]

    operations = [
        migrations.RunSQL(
            FREEZE, "DROP TRIGGER same_price ON catalog_product; DROP FUNCTION same_price"
        ),
    ]
