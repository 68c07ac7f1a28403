"""The cards of the front page, made when something has changed."""

from typing import Any

from django.db import DatabaseError, connection

from catalog.models import Product

KEPT: dict[str, Any] = {"version": None, "cards": []}
RELATIONS = ("brand", "category", "cover", "promotion", "stock", "rating")


def version() -> int:
    """Return how often anything was changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM catalog_version")
        return int(cursor.fetchone()[0])


def cards() -> list[Product]:
    """Return the products of the front page with all they show."""
    try:
        now = version()
    except DatabaseError:
        return []
    if KEPT["version"] != now:
        products = list(Product.objects.live().in_shop_order())
        for product in products:
            for name in RELATIONS:
                getattr(product, name)
            product.brand.country  # noqa: B018
        KEPT.update(version=now, cards=products)
    return KEPT["cards"]
