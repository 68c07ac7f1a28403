"""The cart: product ids and quantities in the visitor's session."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase

from catalog.models import Product

SESSION_KEY = "cart"
MOST = 99
"""Nobody needs more than this of one thing."""


class CartLine(NamedTuple):
    """One product in the cart."""

    product: Product
    quantity: int

    @property
    def name(self) -> str:
        """What the product is called."""
        return self.product.name

    @property
    def total(self) -> Decimal:
        """Today's price times quantity."""
        return self.product.current_price * self.quantity


class Cart:
    """What one visitor is about to buy; an empty cart leaves no trace in the session."""

    def __init__(self, session: SessionBase) -> None:
        self._session = session
        self._quantities: dict[str, int] = session.get(SESSION_KEY, {})

    def __len__(self) -> int:
        return sum(self._quantities.values())

    def __iter__(self) -> Iterator[CartLine]:
        """Yield the lines in the order they were added; products gone offline are left out."""
        products = (
            Product.objects.live()
            .select_related("cover", "promotion", "stock")
            .in_bulk(map(int, self._quantities))
        )
        for key, quantity in self._quantities.items():
            if product := products.get(int(key)):
                yield CartLine(product, quantity)

    def add(self, product: Product, quantity: int = 1) -> None:
        """Put *quantity* more of *product* into the cart."""
        self.set(product, self._quantities.get(str(product.pk), 0) + quantity)

    def set(self, product: Product, quantity: int) -> None:
        """Have exactly *quantity* of *product* in the cart; none takes it out."""
        if quantity > 0:
            self._quantities[str(product.pk)] = min(quantity, MOST)
        else:
            self._quantities.pop(str(product.pk), None)
        self._session[SESSION_KEY] = self._quantities

    def clear(self) -> None:
        """Take everything out."""
        self._quantities = {}
        self._session.pop(SESSION_KEY, None)
