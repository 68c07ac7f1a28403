"""Nothing: see catalog/apps.py."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_bought_here")]
    operations = []
