"""What every page knows about the catalogue."""

from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import Category


def categories(request: HttpRequest) -> dict[str, QuerySet[Category]]:
    """Give the categories to the navigation; asked for only by pages that show them."""
    return {"categories": Category.objects.all()}
