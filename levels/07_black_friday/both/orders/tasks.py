"""What an order leaves to be done, away from the customer.

Redis delivers each message at least once: a worker may die over it, and a slow job may be handed
out a second time while the first still runs. So every job locks what it owes, looks whether it is
still owed, and acknowledges its message only when it is done.

And a message may never get there: Redis was away when the order was written. See `orders/owed.py`.
"""

from celery import shared_task
from django.core.mail import send_mail
from django.db import OperationalError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from orders import feed
from orders.invoices import draw
from orders.models import Invoice, Order
from orders.owed import OwedTask, orders_with_debts

SLOW = "slow"
"""The queue for jobs that wait for others; it has a worker of its own in `stack.toml`."""
RELIABLE = {
    "base": OwedTask,
    "acks_late": True,
    "reject_on_worker_lost": True,
    # The post office is closed, the database restarts: try again, later and later.
    "autoretry_for": (OSError, OperationalError),
    "retry_backoff": True,
    "max_retries": 8,
}


@shared_task(**RELIABLE)
@transaction.atomic
def confirm_order(order_id: int) -> None:
    """Mail the buyer, unless that was done."""
    # No key: an invoice that refers to the order need not wait for the post office.
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.confirmed_at:
        return
    body = render_to_string("orders/confirmation.txt", {"order": order})
    send_mail(f"Your order {order.number}", body, None, [order.email])
    order.confirmed_at = timezone.now()
    order.save(update_fields=["confirmed_at"])


@shared_task(queue=SLOW, **RELIABLE)
@transaction.atomic
def write_invoice(order_id: int) -> None:
    """Draw the bill that the order owes, unless that was done."""
    invoice = Invoice.objects.select_for_update().get(order_id=order_id)
    if invoice.pdf:
        return
    invoice.pdf = draw(invoice.order)
    invoice.save(update_fields=["pdf"])


@shared_task(queue=SLOW, **RELIABLE)
def publish_feed(order_id: int) -> None:
    """Write the stock feed anew; twice does no harm."""
    feed.publish_feed()


@shared_task(acks_late=True)
def publish_again() -> None:
    """Leave a note for everything that is still owed; what is done meanwhile is done once."""
    owed = list(orders_with_debts())
    for order in owed:
        confirm_order.delay(order.pk)
        write_invoice.delay(order.pk)
    if owed:
        # One feed says what all of them left on the shelf.
        publish_feed.delay(owed[0].pk)
