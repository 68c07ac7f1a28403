"""Jobs for later."""

from celery import shared_task
from django.core.mail import send_mail
from django.template.loader import render_to_string

from orders import feed, invoices
from orders.models import Order


@shared_task
def confirm_order(order_id: int) -> None:
    """Mail the buyer."""
    order = Order.objects.get(pk=order_id)
    body = render_to_string("orders/confirmation.txt", {"order": order})
    send_mail(f"Your order {order.number}", body, None, [order.email])


@shared_task(queue="invoices")
def write_invoice(order_id: int) -> None:
    """Write the bill."""
    invoices.write_invoice(Order.objects.get(pk=order_id))


@shared_task
def publish_feed(order_id: int) -> None:
    """Write the feed anew."""
    feed.publish_feed()
