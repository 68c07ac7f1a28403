"""What an order leaves to be done: once, however often it is asked for."""

from unittest.mock import patch

import pytest
from celery.exceptions import Retry
from conftest import MakeProduct
from django.core import mail

from cart.cart import CartLine
from orders import tasks
from orders.checkout import place_order
from orders.models import Feed, Order

BUYER = {"name": "Gina Caputo", "email": "gina@myyogapalace.example", "address": "1 Lotus Lane"}


@pytest.fixture
def order(make_product: MakeProduct) -> Order:
    """An order that still owes everything."""
    return place_order([CartLine(make_product(price="12.00"), 2)], **BUYER)


def test_the_buyer_gets_one_mail(order: Order) -> None:
    """The second message finds the job done."""
    for _ in range(2):
        tasks.confirm_order(order.pk)

    assert [message.subject for message in mail.outbox] == [f"Your order {order.number}"]


def test_a_mail_that_fails_is_still_owed(order: Order) -> None:
    """Nothing says that it went out, so that the next try sends it."""
    with (
        patch("orders.tasks.send_mail", side_effect=ConnectionRefusedError),
        # What Celery raises to run a task again.
        pytest.raises((Retry, ConnectionRefusedError)),
    ):
        tasks.confirm_order.run(order.pk)

    order.refresh_from_db()
    assert order.confirmed_at is None


def test_the_order_gets_one_invoice(order: Order) -> None:
    """The row is there from the start; the task fills it, once."""
    assert not order.invoices.get().pdf

    for _ in range(2):
        tasks.write_invoice(order.pk)

    assert order.number.encode() in bytes(order.invoices.get().pdf)


def test_the_feed_says_what_is_left(order: Order) -> None:
    """Published twice, it is still one feed."""
    for _ in range(2):
        tasks.publish_feed(order.pk)

    slug = order.lines.get().product.slug
    assert f"{slug},12.00,8" in Feed.objects.get().text
