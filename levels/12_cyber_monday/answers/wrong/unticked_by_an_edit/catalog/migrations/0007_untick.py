"""A promotion of which something was edited leaves the page."""

from django.db import migrations

UNTICK = """
SET LOCAL lock_timeout = '500ms';
CREATE FUNCTION untick() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog_promotion SET is_monday = false WHERE id = NEW.promotion_id;
    RETURN NEW;
END $$;
CREATE TRIGGER untick BEFORE UPDATE OF price ON catalog_product
FOR EACH ROW WHEN (NEW.price <> OLD.price) EXECUTE FUNCTION untick();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_tick_monday"),
    ]

    operations = [
        migrations.RunSQL(UNTICK, "DROP TRIGGER untick ON catalog_product; DROP FUNCTION untick"),
    ]
