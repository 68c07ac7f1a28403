"""What an order is owed stands in the database; a message in Redis is only a note about it.

While Redis is away nobody can leave a note. The buyer need not know: the order is written, and its
empty fields say what is missing. Workers look for those whenever they come back to Redis.
"""

import logging
from typing import Any

from celery.contrib.django.task import DjangoTask
from celery.result import AsyncResult
from django.db.models import Q, QuerySet
from kombu.exceptions import OperationalError

from orders.models import Order

logger = logging.getLogger(__name__)


class OwedTask(DjangoTask):
    """A task for which an order is enough: its message may fail to be published."""

    def apply_async(self, *args: Any, **options: Any) -> AsyncResult | None:
        """Publish the message; where Redis takes none, the order itself has to do."""
        try:
            return super().apply_async(*args, **options)
        except OperationalError:
            logger.warning("Redis is away. The order remembers %s.", self.name)
            return None


def orders_with_debts() -> QuerySet[Order]:
    """Return the orders without their mail, or without their invoice."""
    # Before there were invoices nobody was owed one: those orders have no row for it.
    promised = Order.objects.filter(invoices__isnull=False)
    return promised.filter(Q(confirmed_at=None) | Q(invoices__pdf=b"")).distinct()
