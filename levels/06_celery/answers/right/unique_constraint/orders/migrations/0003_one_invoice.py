"""One invoice per order, whoever asks for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_paperwork"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=["order"], name="one_invoice_per_order"),
        ),
    ]
