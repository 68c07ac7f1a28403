"""Turn a cart into an order."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from cart.cart import CartLine
from catalog.models import Product, Stock
from orders import tasks
from orders.models import Order, OrderLine


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
    """Say thank you and leave the rest to a worker."""
    order = Order(name=name, email=email, address=address, customer=customer)
    wanted = [(line.product.pk, line.quantity) for line in lines]
    buyer = {"name": name, "email": email, "address": address, "customer_id": order.customer_id}
    tasks.write_order.delay(str(order.reference), wanted, buyer)
    return order


@transaction.atomic
def write_order(reference: str, wanted: list[tuple[int, int]], buyer: dict[str, object]) -> Order:
    """Take the pieces off the shelf and write the order, or do neither."""
    products = Product.objects.in_bulk([pk for pk, _ in wanted])
    lines = [CartLine(products[pk], quantity) for pk, quantity in wanted]
    _take_from_stock(lines)
    order = Order.objects.create(reference=reference, **buyer)
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
