from django.db import migrations


class Migration(migrations.Migration):
    """Nobody reads when a room was made: its first event says it."""

    dependencies = [("room", "0001_initial")]

    operations = [migrations.RemoveField(model_name="room", name="created")]
