"""Django's migrate: politely first, and then until it is through."""

from django.core.management.commands import migrate
from django.db import OperationalError, connection


class Command(migrate.Command):
    def handle(self, *args, **options):
        for patience in ("400ms", "0"):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"SET lock_timeout = '{patience}'")
                return super().handle(*args, **options)
            except OperationalError:
                connection.close()
