"""Nor is anything there without."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_check")]
    operations = [
        ValidateConstraint("review", "review_says_where"),
    ]
