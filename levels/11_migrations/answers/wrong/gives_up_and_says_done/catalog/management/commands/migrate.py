"""Django's migrate, without a traceback."""

from django.core.management.commands import migrate
from django.db import OperationalError


class Command(migrate.Command):
    def handle(self, *args, **options):
        try:
            return super().handle(*args, **options)
        except OperationalError as error:
            self.stderr.write(f"Not now: {error}")
