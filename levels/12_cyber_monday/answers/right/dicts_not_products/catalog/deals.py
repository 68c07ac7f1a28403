"""Cyber Monday: plain values, which no other version of the code could fail to unpickle."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.kept import Kept

FIELDS = ("slug", "name", "brand", "current_price", "price", "promotion")
QUERY = """
SELECT product.slug, product.name, brand.name,
       round(product.price * (100 - promotion.percent) / 100, 2), product.price, promotion.name
  FROM catalog_product AS product
  JOIN catalog_brand AS brand ON brand.id = product.brand_id
  JOIN catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live AND promotion.is_monday
 ORDER BY promotion.percent DESC, product.id
 LIMIT 12
"""


def find() -> list[dict[str, Any]]:
    """Return today's deals, as db1 has them."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY)
        rows = [dict(zip(FIELDS, row, strict=True)) for row in cursor.fetchall()]
    return [
        {**row, "brand": {"name": row["brand"]}, "promotion": {"name": row["promotion"]}}
        | {"get_absolute_url": f"/product/{row['slug']}/"}
        for row in rows
    ]


deals = Kept("deal-values", find)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": deals.shelf()})
