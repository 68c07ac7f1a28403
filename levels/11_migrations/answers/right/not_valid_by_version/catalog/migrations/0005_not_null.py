"""NOT NULL for whatever comes; what is there is looked at in the next step."""

from django.db import migrations, models

NOT_NULL = "ADD CONSTRAINT review_says_where NOT NULL bought_here NOT VALID"
CHECK = "ADD CONSTRAINT review_says_where CHECK (bought_here IS NOT NULL) NOT VALID"


def forbid_null(apps, editor):
    how = NOT_NULL if editor.connection.pg_version >= 180000 else CHECK
    editor.execute("SET LOCAL lock_timeout = '500ms'")
    editor.execute(f"ALTER TABLE catalog_review {how}")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_look_up_the_orders")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forbid_null, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField(
                    "review", "bought_here", models.BooleanField(default=False, db_default=False)
                )
            ],
        )
    ]
