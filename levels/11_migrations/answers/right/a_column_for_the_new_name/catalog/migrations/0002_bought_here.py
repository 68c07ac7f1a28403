"""Two columns more, and a trigger that keeps the old moment and the new one alike."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now

ALIKE = """
CREATE FUNCTION review_moments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.created_at IS NULL THEN NEW.created_at := NEW.written_at;
    ELSE NEW.written_at := NEW.created_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_moments BEFORE INSERT OR UPDATE ON catalog_review
    FOR EACH ROW EXECUTE FUNCTION review_moments();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField(
            "review", "bought_here", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField(
            "review",
            "written_at",
            models.DateTimeField(default=django.utils.timezone.now, db_default=Now()),
        ),
        migrations.RunSQL(ALIKE, migrations.RunSQL.noop),
        migrations.AlterModelOptions("review", {"ordering": ["-written_at", "-pk"]}),
        # The new code does not know the old column: it is the trigger's from here on.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE catalog_review ALTER COLUMN created_at DROP NOT NULL",
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[migrations.RemoveField("review", "created_at")],
        ),
    ]
