"""All that goes with an order."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orders import tasks


class Command(BaseCommand):
    """Do the paperwork of one order."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Which order."""
        parser.add_argument("order", type=int)

    def handle(self, *, order: int, **options: Any) -> None:
        """Do it."""
        for job in (tasks.confirm_order, tasks.write_invoice, tasks.publish_feed):
            job(order)
