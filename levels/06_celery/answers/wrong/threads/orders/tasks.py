"""Jobs for later."""

from django.core.mail import send_mail
from django.db import connection
from django.template.loader import render_to_string

from orders import feed, invoices
from orders.models import Order


def after_order(order_id: int) -> None:
    """Mail, invoice, feed; then let go of the thread's connection."""
    try:
        order = Order.objects.get(pk=order_id)
        body = render_to_string("orders/confirmation.txt", {"order": order})
        send_mail(f"Your order {order.number}", body, None, [order.email])
        invoices.write_invoice(order)
        feed.publish_feed()
    finally:
        connection.close()
