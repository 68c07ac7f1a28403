"""Turn a cart into an order."""

from collections.abc import Sequence
from functools import partial

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from cart.cart import CartLine
from catalog.models import Stock
from orders import tasks
from orders.models import Invoice, Order, OrderLine


class OutOfStock(Exception):
    """Somebody wants more than there is."""

    def __init__(self, name: str, left: int) -> None:
        super().__init__(f"Only {left} of {name} left." if left else f"{name} is sold out.")


class PaymentRefused(Exception):
    """The bank said no, at the very last moment."""

    def __init__(self) -> None:
        super().__init__("The bank said no. Nothing was ordered. Breathe.")


def place_order(
    lines: Sequence[CartLine],
    *,
    name: str,
    email: str,
    address: str,
    customer: AbstractBaseUser | None = None,
) -> Order:
    """Take the pieces off the shelf and write the order, or do neither.

    Raises:
        OutOfStock: There are fewer pieces of a product than *lines* ask for.
        PaymentRefused: The bank says no, which it does when the transaction commits.
    """
    try:
        return _write_order(lines, name=name, email=email, address=address, customer=customer)
    except IntegrityError as error:
        raise PaymentRefused from error


@transaction.atomic
def _write_order(
    lines: Sequence[CartLine],
    *,
    name: str,
    email: str,
    address: str,
    customer: AbstractBaseUser | None,
) -> Order:
    _take_from_stock(lines)
    order = Order.objects.create(name=name, email=email, address=address, customer=customer)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product=line.product,
            name=line.product.name,
            price=line.product.current_price,
            quantity=line.quantity,
        )
        for line in lines
    )
    # What is owed is written down with the order: both are there, or neither.
    Invoice.objects.create(order=order)
    for job in (tasks.confirm_order, tasks.write_invoice, tasks.publish_feed):
        transaction.on_commit(partial(job.delay, order.pk))
    return order


def _take_from_stock(lines: Sequence[CartLine]) -> None:
    """Lock the shelves in the order of their keys, so that two buyers never wait in a circle."""
    shelves = {
        stock.product_id: stock
        for stock in Stock.objects.select_for_update()
        .filter(product__in=[line.product.pk for line in lines])
        .order_by("pk")
    }
    for line in lines:
        stock = shelves.get(line.product.pk)
        left = stock.quantity if stock else 0
        if left < line.quantity:
            raise OutOfStock(line.product.name, left)
        stock.quantity -= line.quantity
    Stock.objects.bulk_update(shelves.values(), ["quantity"])
