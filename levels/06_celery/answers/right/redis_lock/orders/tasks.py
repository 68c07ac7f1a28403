"""Jobs under a lock of their own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from celery import Task, shared_task
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from orders import feed, invoices
from orders.models import Order

RELIABLE = {
    "bind": True,
    "acks_late": True,
    "reject_on_worker_lost": True,
    "max_retries": 60,
    "autoretry_for": (OSError,),
}


@contextmanager
def alone(task: Task, order_id: int) -> Iterator[None]:
    """Let one process at a time do this task for this order; the others come back later."""
    name = f"{task.name}:{order_id}"
    lock = redis.Redis.from_url(os.environ["REDIS_URL"]).lock(name, timeout=8, blocking=False)
    if not lock.acquire():
        raise task.retry(countdown=1)
    try:
        yield
    finally:
        lock.release()


@shared_task(**RELIABLE)
def confirm_order(self: Task, order_id: int) -> None:
    """Mail the buyer."""
    with alone(self, order_id):
        order = Order.objects.get(pk=order_id)
        if order.confirmed_at:
            return
        body = render_to_string("orders/confirmation.txt", {"order": order})
        send_mail(f"Your order {order.number}", body, None, [order.email])
        Order.objects.filter(pk=order_id).update(confirmed_at=timezone.now())


@shared_task(queue="slow", **RELIABLE)
def write_invoice(self: Task, order_id: int) -> None:
    """Write the bill."""
    with alone(self, order_id):
        order = Order.objects.get(pk=order_id)
        if not order.invoices.exists():
            invoices.write_invoice(order)


@shared_task(queue="slow", acks_late=True, reject_on_worker_lost=True)
def publish_feed(order_id: int) -> None:
    """Write the feed anew."""
    feed.publish_feed()
