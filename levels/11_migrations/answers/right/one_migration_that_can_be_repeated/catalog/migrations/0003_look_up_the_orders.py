"""Nothing: it is in 0002."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_bought_here")]
    operations = []
