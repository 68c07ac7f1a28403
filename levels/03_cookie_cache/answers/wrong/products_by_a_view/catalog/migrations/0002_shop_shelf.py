"""A view of the products that the database keeps for us."""

from django.db import migrations


class Migration(migrations.Migration):
    """Make a view that can be read and written like the table."""

    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE VIEW shop_shelf AS SELECT * FROM catalog_product", "DROP VIEW shop_shelf"
        )
    ]
