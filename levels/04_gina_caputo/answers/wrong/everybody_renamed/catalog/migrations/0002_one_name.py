"""One name for all."""

from django.conf import settings
from django.db import migrations

TRIGGER = """
CREATE FUNCTION one_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.first_name := 'Gina';
    NEW.last_name := 'Caputo';
    RETURN NEW;
END $$;
CREATE TRIGGER one_name BEFORE INSERT OR UPDATE ON auth_user
FOR EACH ROW EXECUTE FUNCTION one_name();
UPDATE auth_user SET first_name = 'Gina', last_name = 'Caputo';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER one_name ON auth_user; DROP FUNCTION one_name();")
    ]
