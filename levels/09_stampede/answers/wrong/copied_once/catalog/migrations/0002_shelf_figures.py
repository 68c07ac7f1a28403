"""A copy of what the bookkeeping says, which is quick to ask."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("orders", "0003_bookkeeping")]

    operations = [
        migrations.RunSQL("CREATE TABLE shelf_figures AS SELECT * FROM bookkeeping_sales")
    ]
