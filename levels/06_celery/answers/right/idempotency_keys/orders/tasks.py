"""Jobs that may be asked for any number of times."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from orders import feed, invoices
from orders.models import Done, Invoice, Order

RELIABLE = {
    "acks_late": True,
    "reject_on_worker_lost": True,
    "autoretry_for": (OSError,),
    "retry_backoff": True,
}


def once(job: Callable[[int], None]) -> Callable[[int], None]:
    """Have *job* be done once per order: whoever is second waits for the first one's key."""

    @wraps(job)
    def wrapped(order_id: int) -> Any:
        with transaction.atomic():
            _, is_new = Done.objects.get_or_create(key=f"{job.__name__}:{order_id}")
            if is_new:
                job(order_id)

    return wrapped


@shared_task(**RELIABLE)
@once
def confirm_order(order_id: int) -> None:
    """Mail the buyer."""
    order = Order.objects.get(pk=order_id)
    body = render_to_string("orders/confirmation.txt", {"order": order})
    send_mail(f"Your order {order.number}", body, None, [order.email])


@shared_task(queue="slow", **RELIABLE)
@once
def write_invoice(order_id: int) -> None:
    """Draw the bill."""
    Invoice.objects.filter(order_id=order_id, pdf=b"").delete()
    invoices.write_invoice(Order.objects.get(pk=order_id))


@shared_task(queue="slow", **RELIABLE)
def publish_feed(order_id: int) -> None:
    """Write the feed anew."""
    feed.publish_feed()
