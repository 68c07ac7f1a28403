"""A tick at each promotion; a trigger sets it for whoever does not know it yet."""

from django.db import migrations, models

FILL = """
CREATE FUNCTION fill_in_monday() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_monday := coalesce(NEW.is_monday, false);
    RETURN NEW;
END $$;
CREATE TRIGGER filled_in_monday BEFORE INSERT ON catalog_promotion
FOR EACH ROW EXECUTE FUNCTION fill_in_monday();
"""
FORGET = """
DROP TRIGGER filled_in_monday ON catalog_promotion;
DROP FUNCTION fill_in_monday;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_review_bought_here"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="promotion",
            name="is_monday",
            field=models.BooleanField(default=False, verbose_name="on the Cyber Monday page"),
        ),
        migrations.RunSQL(FILL, FORGET),
    ]
