"""Each updated row has left an old one behind. Away with them."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0004_review_bought_here")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.RunSQL("VACUUM FULL catalog_review", migrations.RunSQL.noop),
    ]
