"""Jobs for later; each process knows what it did."""

from celery import shared_task
from django.core.mail import send_mail
from django.template.loader import render_to_string

from orders import feed, invoices
from orders.models import Order

RELIABLE = {"acks_late": True, "reject_on_worker_lost": True}
done: set[tuple[str, int]] = set()


@shared_task(**RELIABLE)
def confirm_order(order_id: int) -> None:
    """Mail the buyer, once."""
    if ("mail", order_id) in done:
        return
    order = Order.objects.get(pk=order_id)
    body = render_to_string("orders/confirmation.txt", {"order": order})
    send_mail(f"Your order {order.number}", body, None, [order.email])
    done.add(("mail", order_id))


@shared_task(queue="slow", **RELIABLE)
def write_invoice(order_id: int) -> None:
    """Write the bill, once."""
    if ("invoice", order_id) in done:
        return
    invoices.write_invoice(Order.objects.get(pk=order_id))
    done.add(("invoice", order_id))


@shared_task(queue="slow", **RELIABLE)
def publish_feed(order_id: int) -> None:
    """Write the feed anew."""
    feed.publish_feed()
