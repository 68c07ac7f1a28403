"""Ask PostgreSQL for more."""

from contextlib import suppress

from django.db import Error, migrations


def ask_for_more(apps, schema_editor):
    """Raise max_connections, where the role may."""
    with suppress(Error), schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET max_connections = 100")


class Migration(migrations.Migration):
    """More of everything."""

    atomic = False
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(ask_for_more, migrations.RunPython.noop)]
