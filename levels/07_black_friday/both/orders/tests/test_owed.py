"""Redis was away: the order is written, the buyer is thanked, and nothing is forgotten."""

from unittest.mock import patch

from conftest import MakeProduct
from django.core import mail
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from cart.cart import CartLine
from orders import tasks
from orders.checkout import place_order
from orders.models import Order
from orders.owed import orders_with_debts

BUYER = {"name": "Gina Caputo", "email": "gina@myyogapalace.example", "address": "1 Lotus Lane"}
PUBLISH = "celery.app.task.Task.apply_async"


def test_an_order_needs_no_redis(
    make_product: MakeProduct,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """All three messages are tried, none of them gets there, and nobody notices."""
    with (
        patch(PUBLISH, side_effect=OperationalError) as publish,
        django_capture_on_commit_callbacks(execute=True),
    ):
        order = place_order([CartLine(make_product(), 1)], **BUYER)

    assert publish.call_count == 3
    assert list(orders_with_debts()) == [order]


def test_what_is_owed_is_published_again_until_it_is_done(make_product: MakeProduct) -> None:
    """Mail and invoice both; whoever has them is left alone."""
    order = place_order([CartLine(make_product(), 1)], **BUYER)

    with patch(PUBLISH) as publish:
        tasks.publish_again()
    assert publish.call_count == 3

    tasks.confirm_order(order.pk)
    assert orders_with_debts().get() == order
    tasks.write_invoice(order.pk)
    with patch(PUBLISH) as publish:
        tasks.publish_again()
    assert not publish.called
    assert len(mail.outbox) == 1


def test_orders_from_before_the_paper_owe_nothing(db: None) -> None:
    """Nobody is mailed about what was bought last year."""
    Order.objects.create(**BUYER, created_at=timezone.now())

    assert not orders_with_debts()
