"""What every page knows about the catalogue."""

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Category, Product


def categories(request: HttpRequest) -> dict[str, QuerySet[Category] | list[Product]]:
    """Give the categories to the navigation; asked for only by pages that show them."""
    return {"categories": Category.objects.all(), "best": cache.get_or_set("best", bestsellers, 60)}


def bestsellers() -> list[Product]:
    """Return what people like best: for the footer, as soon as there is a design for it."""
    best = Product.objects.live().with_rating().order_by("-review_average", "pk")
    return list(best[:5])
