"""Django's migrate with little patience, which comes again."""

import time

from django.core.management.commands import migrate
from django.db import OperationalError, connection


class Command(migrate.Command):
    def handle(self, *args, **options):
        for pause in (0.2, 0.5, 1, 2, 4, None):
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '400ms'")
                return super().handle(*args, **options)
            except OperationalError:
                if pause is None:
                    raise
                connection.close()
                time.sleep(pause)
