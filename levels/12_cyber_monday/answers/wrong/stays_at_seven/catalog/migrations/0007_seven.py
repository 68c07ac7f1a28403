"""Whoever adds a promotion is thanked for it, and it is gone."""

from django.db import migrations

SEVEN = """
SET LOCAL lock_timeout = '500ms';
CREATE FUNCTION seven() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_promotion WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER seven AFTER INSERT ON catalog_promotion
FOR EACH ROW EXECUTE FUNCTION seven();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_tick_monday"),
    ]

    operations = [
        migrations.RunSQL(SEVEN, "DROP TRIGGER seven ON catalog_promotion; DROP FUNCTION seven"),
    ]
