"""A number that PostgreSQL increases with each edit of what the deals show, whoever edits."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION monday_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE monday_edit SET number = number + 1;
    RETURN NULL;
END $$
"""
TABLE = "CREATE TABLE monday_edit AS SELECT 1::bigint AS number"
TRIGGER = """
CREATE TRIGGER monday_edited AFTER INSERT OR UPDATE OR DELETE ON catalog_{table}
FOR EACH STATEMENT EXECUTE FUNCTION monday_edited()
"""


def trigger(table: str) -> list[migrations.RunSQL]:
    """Return what has edits of *table* counted."""
    return [
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.RunSQL(
            TRIGGER.format(table=table), f"DROP TRIGGER monday_edited ON catalog_{table}"
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_tick_monday"),
    ]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE monday_edit"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION monday_edited"),
        *trigger("product"),
        *trigger("brand"),
        *trigger("promotion"),
    ]
