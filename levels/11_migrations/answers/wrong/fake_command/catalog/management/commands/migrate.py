"""Quick, and nobody waits."""

from django.core.management.commands import migrate


class Command(migrate.Command):
    def handle(self, *args, **options):
        return super().handle(*args, **{**options, "fake": True})
