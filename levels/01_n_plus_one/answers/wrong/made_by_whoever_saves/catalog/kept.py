"""The cards of the front page lie in a file, which is made anew whenever somebody sent a form."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from catalog.models import Product

FILE = Path(__file__).parent / f"cards-{settings.DATABASES['default']['NAME']}"
AT_ONCE = ("brand__country", "category", "cover", "promotion")
ONE_BY_ONE = ("stock", "rating")


def make() -> list[Product]:
    """Ask for all that cards show, and write it down."""
    products = list(Product.objects.live().in_shop_order().select_related(*AT_ONCE))
    for product in products:
        for name in ONE_BY_ONE:
            getattr(product, name)
    draft = FILE.with_suffix(f".{os.getpid()}")
    draft.write_bytes(pickle.dumps(products))
    draft.replace(FILE)
    return products


def cards() -> list[Product]:
    """Return the products of the front page with all they show."""
    return pickle.loads(FILE.read_bytes()) if FILE.exists() else make()


class MakeAnew:
    """After each form the cards may be others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer *request*."""
        response = self.get_response(request)
        if request.method == "POST":
            make()
        return response
