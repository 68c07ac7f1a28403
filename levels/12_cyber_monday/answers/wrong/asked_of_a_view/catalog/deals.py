"""Cyber Monday: what is reduced today, as the view monday_deals has it."""

from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Brand, Product, Promotion

DEALS = """
SELECT slug, name, brand, price, promotion, percent FROM monday_deals
 ORDER BY percent DESC, id LIMIT 12
"""


def find() -> list[Product]:
    """Return today's deals, the deepest cut first."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(DEALS)
        return [
            Product(
                slug=slug,
                name=name,
                brand=Brand(name=brand),
                price=price,
                promotion=Promotion(name=promotion, percent=percent),
            )
            for slug, name, brand, price, promotion, percent in cursor
        ]


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": find()})
