"""What an order leaves to be done, in one go."""

from celery import shared_task
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from orders import feed, invoices
from orders.models import Order


@shared_task(acks_late=True, reject_on_worker_lost=True)
def after_order(order_id: int) -> None:
    """Do what is not done yet, one thing after the other."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if not order.confirmed_at:
            body = render_to_string("orders/confirmation.txt", {"order": order})
            send_mail(f"Your order {order.number}", body, None, [order.email])
            order.confirmed_at = timezone.now()
            order.save(update_fields=["confirmed_at"])
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if not order.invoices.exists():
            invoices.write_invoice(order)
    feed.publish_feed()
