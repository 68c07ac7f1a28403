"""What every page knows about the cart."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cart.cart import Cart


def cart(request: HttpRequest) -> dict[str, Cart]:
    """Give the cart to pages that show it; the others leave the session alone."""
    return {"cart": SimpleLazyObject(lambda: Cart(request.session))}
