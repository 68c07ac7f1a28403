"""Nobody reads them anyway."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL("UPDATE catalog_review SET is_published = false", migrations.RunSQL.noop)
    ]
