"""Work through the outbox: what is owed stands in the database, next to the orders."""

from celery import shared_task
from celery.signals import worker_ready
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from orders import feed, invoices
from orders.models import Job, Order

QUEUES = {"mail": "celery", "invoice": "slow", "feed": "slow"}


def do(kind: str, order: Order) -> None:
    """Do one job."""
    if kind == "mail":
        body = render_to_string("orders/confirmation.txt", {"order": order})
        send_mail(f"Your order {order.number}", body, None, [order.email])
    elif kind == "invoice":
        invoices.write_invoice(order)
    else:
        feed.publish_feed()


@shared_task(acks_late=True, reject_on_worker_lost=True)
def drain(kind: str) -> None:
    """Do every job of a kind that nobody else is doing."""
    while take_one(kind):
        pass


@transaction.atomic
def take_one(kind: str) -> bool:
    """Take one job out of the outbox and do it; return whether there was one."""
    jobs = Job.objects.select_for_update(of=["self"], skip_locked=True).filter(kind=kind)
    job = jobs.select_related("order").order_by("pk").first()
    if job is None:
        return False
    do(kind, job.order)
    job.delete()
    return True


@worker_ready.connect
def look_into_the_outbox(**kwargs: object) -> None:
    """See what the last worker left behind."""
    for kind, queue in QUEUES.items():
        drain.apply_async([kind], queue=queue)
